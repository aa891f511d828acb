import type { Job, Row } from "../events.ts";
import { runProgram } from "./script.ts";

/** Every lesson's tasks proven by their solutions (`lab test`), a row a task. */
export async function* lessonRows({ only }: Job, print: (text: string) => void): AsyncGenerator<Omit<Row, "type" | "suite">> {
  let json = "";
  const code = await runProgram(
    [process.execPath, "cli/lab.ts", "test", "--json", ...(only === undefined ? [] : [only])],
    (text) => {
      json += text;
    },
    print,
  );
  print(json);
  yield { name: "lab test", state: code === 0 ? "passed" : "failed", seconds: 0 };
}
