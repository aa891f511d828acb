import { globSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import type { Job, Row } from "../events.ts";
import { productFolder } from "./product.ts";

/** Milliseconds for one file. Emulated, everything takes ten times as long. */
const LIMIT = 30 * 60_000;

/** Files that are not run here, and why. */
const LEFT_OUT: Readonly<Record<string, string>> = {
  "start.test.ts": "it builds the site, which takes longer on an emulated processor than a start is waited for",
};

/** What tests of faults read from the environment: fewer of them, where each takes ten times as long. */
const EMULATED = { UNBOXED_KILLS: "8", UNBOXED_CYCLES: "8" } as const;

type Rows = AsyncGenerator<Omit<Row, "type" | "suite">>;

/** The tests of test/lab of the product under test. */
export async function* labRows({ only = "", patience }: Job, print: (text: string) => void): Rows {
  if (patience > 1) Object.assign(process.env, EMULATED);
  const files = globSync(join(productFolder(), "test/lab/**/*.test.ts"))
    .filter((file) => new RegExp(only).test(basename(file)))
    .sort();
  for (const file of files) {
    const detail = LEFT_OUT[basename(file)];
    if (detail !== undefined) yield { name: basename(file, ".test.ts"), state: "skipped", seconds: 0, detail };
  }
  yield* testRows(
    files.filter((file) => !(basename(file) in LEFT_OUT)),
    print,
  );
}

/** The product installed as a service of the guest's systemd. */
export function serviceRows(_: Job, print: (text: string) => void): Rows {
  return testRows([join(import.meta.dirname, "service.test.ts")], print);
}

/** And taken away again. */
export function removalRows(_: Job, print: (text: string) => void): Rows {
  return testRows([join(import.meta.dirname, "removal.test.ts")], print);
}

/** The product in containers. */
export function containerRows(_: Job, print: (text: string) => void): Rows {
  return testRows([join(import.meta.dirname, "containers.test.ts")], print, 3 * LIMIT);
}

/** Files of node:test one after the other, a row a test. */
async function* testRows(files: readonly string[], print: (text: string) => void, timeout = LIMIT): Rows {
  const events = run({ files: [...files], cwd: productFolder(), concurrency: 1, timeout });
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
