import { globSync } from "node:fs";
import { basename } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import type { Job, Row } from "../events.ts";

/** Milliseconds for one file. Emulated, everything takes ten times as long. */
const LIMIT = 20 * 60_000;

/** The tests of test/lab, file by file, a row a test. */
export async function* labRows({ only = "" }: Job, print: (text: string) => void): AsyncGenerator<Omit<Row, "type" | "suite">> {
  const files = globSync("test/lab/**/*.test.ts")
    .filter((file) => basename(file).includes(only))
    .sort();
  const events = run({ files, concurrency: 1, timeout: LIMIT });
  for await (const event of events) {
    if (event.type === "test:stdout" || event.type === "test:stderr") print(event.data.message);
    if (event.type !== "test:pass" && event.type !== "test:fail") continue;
    const { file, name, details, skip, todo } = event.data;
    const row = { name: `${basename(file ?? "", ".test.ts")}: ${name}`, seconds: details.duration_ms / 1000 };
    if (event.type === "test:fail") {
      // A suite fails because a test in it does, and that one has its own row.
      if (!isAggregate(event.data.details.error))
        yield { ...row, state: "failed", detail: inspect(event.data.details.error.cause ?? event.data.details.error) };
    } else if (details.type !== "suite") {
      const reason = skip ?? todo;
      yield reason === undefined || reason === false
        ? { ...row, state: "passed" }
        : { ...row, state: "skipped", detail: String(reason) };
    }
  }
}

function isAggregate(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}
