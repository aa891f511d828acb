/** Ticks tasks one after the other, as fast as the database takes them, and says each number once that is acknowledged: `ticker.ts FILE LEARNER`. */
import { openDatabase } from "../../classroom/database.ts";
import { markDone } from "../../classroom/progress.ts";

const [file = "", learner = ""] = process.argv.slice(2);
const database = await openDatabase(file);
for (let number = 0; ; number += 1) {
  await markDone(database, { learner, lesson: "load", task: String(number) });
  process.stdout.write(`${number}\n`);
}
