import { globSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { CHECKS, node } from "../check/checks.ts";
import { CLONE } from "../start/settings.ts";
import { type Count, runNodeTests } from "./node-tests.ts";

export type SuiteContext = {
  grep: string | undefined;
  stop: AbortSignal;
  onCount: (count: Readonly<Count>) => void;
  onFailure: (text: string) => void;
  onNotice: (text: string) => void;
};

export type Suite = {
  name: string;
  /** Takes real sandboxes. */
  needsRoot: boolean;
  /** Runs only where it is named. */
  onRequest?: boolean;
  /** Debian packages that it alone needs. */
  packages?: readonly string[];
  run: (context: SuiteContext) => Promise<Count>;
};

const MINUTE = 60_000;
/** Test files with sandboxes at the same time, of the lab's and of the browser's: they wait more than they work. */
const AT_ONCE = 2;
/** Those that stand alone: they measure, kill or look at moments that they choose, or build the site. */
const ALONE = /\/(resources|xray-[^/]*|faults-[^/]*|start|fuzz|server-pace|postgres|backup)\.test\.ts$/;
/** Files of a suite with real sandboxes and a real browser that are given a second try, when the machine was busy with something else. */
const SECOND_TRIES = 3;
/** Suites of the virtual machine that npm test has, and how long it may take. */
const V2_SUITES = ["host", "service", "lab", "lessons", "removal"] as const;
const V2_MINUTES = "30";
/** Files of test/lab and lessons that say most of pure cgroup v2, for the time that they take on an emulated processor. */
const V2 = "^(limits|sandbox-limits|sandbox-nesting|xray-read-groups|cgroups)";
/** What the tests of faults read from the environment, for the long run. */
const LONG = { UNBOXED_KILLS: "500", UNBOXED_CYCLES: "1000", UNBOXED_CUT_SECONDS: "60" } as const;

/** All suites, in the order in which they run: the quick ones first. */
export const SUITES: readonly Suite[] = [
  { name: "checks", needsRoot: false, run: runChecks },
  {
    name: "unit",
    needsRoot: false,
    packages: ["postgresql"],
    run: (context) => nodeTests("test/unit", availableParallelism(), 5 * MINUTE, context),
  },
  { name: "lessons", needsRoot: true, run: runLessons },
  {
    name: "lab",
    needsRoot: true,
    packages: ["postgresql"],
    run: (context) => nodeTests("test/lab", AT_ONCE, 15 * MINUTE, { ...context, alone: isAlone, secondTries: SECOND_TRIES }),
  },
  {
    name: "browser",
    needsRoot: true,
    run: (context) => nodeTests("test/browser", AT_ONCE, 15 * MINUTE, { ...context, secondTries: SECOND_TRIES }),
  },
  {
    name: "deploy",
    needsRoot: true,
    onRequest: true,
    packages: ["docker.io", "docker-compose"],
    run: (context) => nodeTests("test/deploy", 1, 40 * MINUTE, context),
  },
  { name: "vm", needsRoot: true, onRequest: true, run: runVirtualMachine },
  { name: "long", needsRoot: true, onRequest: true, run: runLong },
];

function isAlone(file: string): boolean {
  return ALONE.test(file);
}

function nodeTests(
  folder: string,
  concurrency: number,
  timeout: number,
  context: SuiteContext & { alone?: (file: string) => boolean; secondTries?: number },
  pattern = "**/*.test.ts",
): Promise<Count> {
  const files = globSync(join(folder, pattern), { cwd: CLONE })
    .sort()
    .map((file) => join(CLONE, file));
  return runNodeTests({ files, concurrency, timeout, ...context });
}

/** The tests of faults with as many of them, and for as long, as takes an hour. */
function runLong(context: SuiteContext): Promise<Count> {
  for (const [name, value] of Object.entries(LONG)) process.env[name] ??= value;
  return nodeTests("test/lab", 1, 180 * MINUTE, context, "faults-*.test.ts");
}

/**
 * What differs with pure cgroup v2 and systemd, in a virtual machine that has them: the product installed, the tests of groups and
 * their limits, a lesson, and the product removed. `npm run test:vm` does all of it, in two hours. It too has a second try, unless the
 * first had no time to end.
 */
async function runVirtualMachine(context: SuiteContext): Promise<Count> {
  const first = await runGuest(context);
  if (first.count.failed === 0 || !first.isWhole || context.stop.aborted) return first.count;
  const { count } = await runGuest(context);
  if (count.failed > 0) return count;
  context.onNotice("passed only at a second try: the virtual machine's");
  return { ...count, again: count.passed };
}

/** `isWhole`: it came to its last line. */
async function runGuest({ grep, stop, onCount, onFailure, onNotice }: SuiteContext): Promise<{ count: Count; isWhole: boolean }> {
  const job = [...V2_SUITES, "--only", grep ?? V2, "--minutes", V2_MINUTES];
  const { ok, output } = await node(["cli/test-vm.ts", ...job], stop);
  const [last, passed, failed, skipped] = /^(\d+) passed, (\d+) failed, (\d+) skipped$/m.exec(output) ?? [];
  const count: Count = { passed: Number(passed ?? 0), failed: ok ? 0 : Math.max(1, Number(failed ?? 0)), skipped: 0 };
  if (!ok) onFailure(`✗ vm\n${output.replace(/^/gm, "    ")}`);
  if (Number(skipped ?? 0) > 0) onNotice(`left out, for v2 has no such thing: ${skipped}`);
  onCount(count);
  return { count, isWhole: last !== undefined };
}

/** Each check counts as one test. */
async function runChecks({ grep, stop, onCount, onFailure }: SuiteContext): Promise<Count> {
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  const lint = { name: "lessons are well formed", run: () => node(["cli/lab.ts", "lint"], stop) };
  for (const { name, run } of [...CHECKS, lint]) {
    if (grep !== undefined && !new RegExp(grep, "i").test(name)) continue;
    stop.throwIfAborted();
    const { ok, output } = await run(stop);
    if (ok) count.passed += 1;
    else {
      count.failed += 1;
      onFailure(`✗ ${name}\n${output.replace(/^/gm, "    ")}`);
    }
    onCount(count);
  }
  return count;
}

/** Proves every task of every lesson, as many lessons at once as the machine has processors; each task counts as one test. */
async function runLessons({ grep, stop, onCount, onFailure }: SuiteContext): Promise<Count> {
  const lessons = globSync("lessons/*/lesson.mdx", { cwd: CLONE })
    .sort()
    .flatMap((file) => file.split("/")[1] ?? [])
    .filter((lesson) => grep === undefined || new RegExp(grep, "i").test(lesson));
  const count: Count = { passed: 0, failed: 0, skipped: 0 };
  if (lessons.length === 0) return count;
  stop.throwIfAborted();
  const { ok, output } = await node(["cli/lab.ts", "test", ...lessons], stop);
  const [, passed, failed] = /^(\d+) passed, (\d+) failed$/m.exec(output) ?? [];
  count.passed = Number(passed ?? 0);
  // A run that broke off before its last line has failed too.
  count.failed = ok ? 0 : Math.max(1, Number(failed ?? 0));
  if (!ok) onFailure(`✗ lessons\n${output.replace(/^/gm, "    ")}`);
  onCount(count);
  return count;
}
