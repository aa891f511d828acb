import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import test from "node:test";
import { openDatabase } from "../../classroom/database.ts";
import { newLearnerId } from "../../classroom/learners.ts";
import {
  doneTasks,
  lessonProgress,
  markDone,
  progressOf,
  recordAnswer,
  recordReveal,
  recordVisit,
} from "../../classroom/progress.ts";
import { ENGINES, emptyDatabase, testEachEngine } from "./databases.ts";

testEachEngine("a task is ticked once, however often it passes", async (database) => {
  const what = { learner: newLearnerId(), lesson: "namespaces", task: "uts" };
  assert.equal(await markDone(database, what), true);
  assert.equal(await markDone(database, what), false);
  assert.equal(await markDone(database, { ...what, task: "pid" }), true);
  assert.deepEqual((await doneTasks(database, what.learner, what.lesson)).toSorted(), ["pid", "uts"]);
  assert.deepEqual(await doneTasks(database, newLearnerId(), what.lesson), []);
  assert.deepEqual(await doneTasks(database, what.learner, "cgroups"), []);
});

testEachEngine("a learner's progress is kept by lesson, the latest answer and visit win", async (database) => {
  const learner = newLearnerId();
  await recordVisit(database, { learner, lesson: "namespaces" });
  await recordAnswer(database, { learner, lesson: "namespaces", quiz: "q1" }, { chosen: [2], correct: false });
  await recordAnswer(database, { learner, lesson: "namespaces", quiz: "q1" }, { chosen: [0, 1], correct: true });
  await recordReveal(database, { learner, lesson: "namespaces", task: "uts" });
  await recordReveal(database, { learner, lesson: "namespaces", task: "uts" });
  await markDone(database, { learner, lesson: "cgroups", task: "cap" });
  assert.deepEqual(await lessonProgress(database, learner, "namespaces"), {
    done: [],
    revealed: ["uts"],
    answers: { q1: { chosen: [0, 1], correct: true } },
  });
  const progress = await progressOf(database, learner);
  assert.deepEqual([...progress.done], [["cgroups", ["cap"]]]);
  assert.equal(progress.last, "namespaces");
  assert.equal((await progressOf(database, newLearnerId())).last, undefined);
});

testEachEngine("a database is opened again with what it holds", async (first, t, place) => {
  const what = { learner: newLearnerId(), lesson: "namespaces", task: "uts" };
  await markDone(first, what);
  const second = await openDatabase(place);
  t.after(() => second.destroy());
  assert.deepEqual(await doneTasks(second, what.learner, what.lesson), ["uts"]);
});

testEachEngine("a row of a learner who is not there is refused: foreign keys are on", async (database) => {
  await assert.rejects(
    database.insertInto("task_done").values({ learner: "nobody-at-all", lesson: "a", task: "b", done_at: 1 }).execute(),
    /foreign key/i,
  );
});

test("a file that is not a database is refused with its name", async (t) => {
  const file = await emptyDatabase("sqlite", t);
  mkdirSync(dirname(file));
  writeFileSync(file, "this is no database, and it is longer than SQLite's header so that SQLite looks at it at all.");
  await assert.rejects(
    openDatabase(file),
    (error: Error) => error.message.includes(file) && /not a database/.test(error.message),
  );
});

for (const engine of ENGINES) {
  test(`two processes open a new database at once, and write at once, and nothing is lost (${engine})`, async (t) => {
    const place = await emptyDatabase(engine, t);
    const learner = newLearnerId();
    const writer = `
    const { openDatabase } = await import(process.argv[1]);
    const { markDone } = await import(process.argv[2]);
    const [place, learner, name] = process.argv.slice(3);
    const database = await openDatabase(place);
    let ticked = 0;
    for (let i = 0; i < 200; i++) {
      if (await markDone(database, { learner, lesson: "own-" + name, task: "t" + i })) ticked++;
      if (await markDone(database, { learner, lesson: "shared", task: "t" + i })) ticked++;
    }
    await database.destroy();
    console.log(ticked);
  `;
    const modules = ["database.ts", "progress.ts"].map((name) => new URL(`../../classroom/${name}`, import.meta.url).href);
    const children = ["a", "b"].map((name) =>
      spawn(process.execPath, ["--input-type=module", "-e", writer, ...modules, place, learner, name], {
        stdio: ["ignore", "pipe", "pipe"],
      }),
    );
    const results = await Promise.all(
      children.map(async (child) => {
        let output = "";
        let complaint = "";
        child.stdout.on("data", (chunk) => {
          output += chunk;
        });
        child.stderr.on("data", (chunk) => {
          complaint += chunk;
        });
        const [code] = await once(child, "close");
        return { code, output: Number(output), complaint };
      }),
    );
    for (const { code, complaint } of results) assert.equal(code, 0, complaint);
    // 200 rows of its own each, and each shared row ticked by exactly one of the two.
    assert.equal(
      results.reduce((sum, { output }) => sum + output, 0),
      600,
    );
    const database = await openDatabase(place);
    t.after(() => database.destroy());
    assert.equal((await doneTasks(database, learner, "shared")).length, 200);
  });
}
