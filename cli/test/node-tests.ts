import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { CLONE } from "../start/settings.ts";

export type Count = { passed: number; failed: number; skipped: number };

export type NodeTestOptions = {
  files: readonly string[];
  /** Files at the same time. */
  concurrency: number;
  /** Milliseconds for one file. */
  timeout: number;
  /** Only tests whose name matches. */
  grep: string | undefined;
  stop: AbortSignal;
  /** After every test. */
  onCount: (count: Readonly<Count>) => void;
  /** A failed test: its names from the outermost in, the error, and what its file printed. */
  onFailure: (text: string) => void;
};

/** Runs files of node:test, each in a process of its own. Counts tests, not the suites around them. */
export async function runNodeTests({
  files,
  concurrency,
  timeout,
  grep,
  stop,
  onCount,
  onFailure,
}: NodeTestOptions): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  /** What each file printed, the last of it. */
  const printed = new Map<string, string>();
  const stream = run({
    files: [...files],
    concurrency,
    timeout,
    signal: stop,
    ...(grep === undefined ? {} : { testNamePatterns: [new RegExp(grep, "i")] }),
  });
  const keep = ({ file, message }: { file?: string; message: string }) => {
    if (file !== undefined) printed.set(file, `${printed.get(file) ?? ""}${message}`.slice(-16_384));
  };
  stream.on("test:stdout", keep);
  stream.on("test:stderr", keep);
  stream.on("test:pass", (test) => {
    if (test.details.type === "suite") return;
    if (test.skip !== undefined || test.todo !== undefined) count.skipped += 1;
    else count.passed += 1;
    onCount(count);
  });
  stream.on("test:fail", (test) => {
    // Told to stop, all that was still to run fails.
    if (stop.aborted) return;
    // A suite, or the test around it, fails because a test in it does: that one is told.
    if (isAggregate(test.details.error)) return;
    count.failed += 1;
    onCount(count);
    const where = test.file === undefined ? test.name : `${relative(CLONE, test.file)}:${test.line ?? 1}`;
    const output = printed.get(test.file ?? "")?.trim();
    onFailure(
      [
        `✗ ${where}: ${test.name}`,
        indent(tell(test.details.error.cause ?? test.details.error)),
        output && indent(`It printed:\n${output}`),
      ]
        .filter(Boolean)
        .join("\n"),
    );
  });
  for await (const _ of stream);
  return count;
}

/** Errors that only say that a test within has failed. */
function isAggregate(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed";
}

/** An error with all that it holds: of one that came while another was thrown (`await using`), inspect() shows neither. */
function tell(error: unknown): string {
  if (!(error instanceof SuppressedError)) return inspect(error);
  return `${tell(error.suppressed)}\nand while this was cleaned up:\n${tell(error.error)}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}
