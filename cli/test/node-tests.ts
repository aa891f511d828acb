import { relative } from "node:path";
import { run } from "node:test";
import { inspect } from "node:util";
import { CLONE } from "../start/settings.ts";

export type Count = {
  passed: number;
  failed: number;
  skipped: number;
  /** Of those that passed: how many did so only when their file was run again. */
  again?: number;
};

export type NodeTestOptions = {
  files: readonly string[];
  /** Files at the same time. */
  concurrency: number;
  /** Files that are run after the others, one at a time: they measure, or look at all that the machine has. */
  alone?: (file: string) => boolean;
  /** Milliseconds for one file. */
  timeout: number;
  /** Only tests whose name matches. */
  grep: string | undefined;
  /** How many files may be run a second time, alone, where tests in them have failed. If more of them have failed, none is. */
  secondTries?: number;
  stop: AbortSignal;
  /** After every test. */
  onCount: (count: Readonly<Count>) => void;
  /** A failed test: its names from the outermost in, the error, and what its file printed. */
  onFailure: (text: string) => void;
  /** What else there is to say: which files took longest, which passed only at the second try. */
  onNotice: (text: string) => void;
};

/** How many of the slowest files are named, where there are many. */
const SLOWEST = 5;

/**
 * Runs files of node:test, each in a process of its own. Counts tests, not the suites around them. A second try is told, and what failed
 * at the first is told either way: a test that needs one is a fault to be found, though not one that holds up everybody else's work.
 */
export async function runNodeTests(options: NodeTestOptions): Promise<Count> {
  const { files, secondTries = 0, stop, onCount, onNotice } = options;
  const { count, failures, seconds } = await runCrowdThenAlone(options);
  if (files.length > SLOWEST) onNotice(`slowest: ${slowest(seconds)}`);
  if (failures.size > secondTries) return count;
  for (const [file, failed] of failures) {
    if (stop.aborted) break;
    // What is not one of the files says nothing of them when it runs.
    if (!files.includes(file)) continue;
    const second = await runOnce({ ...options, files: [file], concurrency: 1, onCount: () => {} });
    if (stop.aborted || second.count.failed > 0 || second.count.passed === 0) continue;
    count.failed -= failed;
    count.passed += failed;
    count.again = (count.again ?? 0) + failed;
    onNotice(`passed only at a second try: ${relative(CLONE, file)}`);
    onCount(count);
  }
  return count;
}

type Outcome = {
  count: Count;
  /** How many tests failed, by file. */
  failures: Map<string, number>;
  /** How long each file took. */
  seconds: Map<string, number>;
};

async function runCrowdThenAlone({ files, alone = () => false, ...options }: NodeTestOptions): Promise<Outcome> {
  const crowd = await runOnce({ ...options, files: files.filter((file) => !alone(file)) });
  const { passed, failed, skipped } = crowd.count;
  const single = await runOnce({
    ...options,
    files: files.filter(alone),
    concurrency: 1,
    onCount: (count) =>
      options.onCount({ passed: passed + count.passed, failed: failed + count.failed, skipped: skipped + count.skipped }),
  });
  return {
    count: {
      passed: passed + single.count.passed,
      failed: failed + single.count.failed,
      skipped: skipped + single.count.skipped,
    },
    failures: new Map([...crowd.failures, ...single.failures]),
    seconds: new Map([...crowd.seconds, ...single.seconds]),
  };
}

async function runOnce({ files, concurrency, timeout, grep, stop, onCount, onFailure }: NodeTestOptions): Promise<Outcome> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const failures = new Map<string, number>();
  const seconds = new Map<string, number>();
  if (files.length === 0) return { count, failures, seconds };
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
  stream.on("test:summary", ({ file, duration_ms }) => {
    if (file !== undefined) seconds.set(file, duration_ms / 1000);
  });
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
    const file = fileOf(test);
    failures.set(file, (failures.get(file) ?? 0) + 1);
    const where = test.file === undefined ? test.name : `${relative(CLONE, test.file)}:${test.line ?? 1}`;
    const output = printed.get(file)?.trim();
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
  return { count, failures, seconds };
}

/**
 * The file that was run. `file` is where test() was called, which may be in a helper; `entryFile` is told where they differ. A file that
 * could not be run, or took too long, is told as a test of its name.
 */
function fileOf(test: { name: string; file?: string | undefined }): string {
  const entry = "entryFile" in test && typeof test.entryFile === "string" ? test.entryFile : undefined;
  return entry ?? test.file ?? test.name;
}

function slowest(seconds: ReadonlyMap<string, number>): string {
  return [...seconds]
    .sort(([, one], [, other]) => other - one)
    .slice(0, SLOWEST)
    .map(([file, took]) => `${relative(CLONE, file)} ${took.toFixed(0)} s`)
    .join(", ");
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
