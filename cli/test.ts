import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { Argument, Command, Option } from "commander";
import { checkHost, checkTools } from "./doctor/checks.ts";
import { installDebianPackages, RUNTIME_PACKAGES, TEST_PACKAGES } from "./start/debian-packages.ts";
import { Interrupted, interruption } from "./start/interruption.ts";
import { buildImages, report } from "./start/set-up.ts";
import { makeStateFolder, readSettings } from "./start/settings.ts";
import { buildSite } from "./start/site-build.ts";
import { green, red, StartError, step } from "./start/step.ts";
import type { Count } from "./test/node-tests.ts";
import { pattern } from "./test/pattern.ts";
import { SUITES, type Suite } from "./test/suites.ts";
import { clearSandboxes, traces } from "./test/traces.ts";

/** Milliseconds. What tests have started may end a moment after them: a loop device, or a product whose test was ended. */
const SETTLES_WITHIN = 10_000;

const NAMES = SUITES.map(({ name }) => name);

await new Command("npm test --")
  .addArgument(new Argument("[suite...]", "those to run").choices(NAMES))
  .description(
    `Runs everything that proves Unboxed, or the suites named. Only where they are named run: deploy, the product in containers, six minutes; \
vm, the product on pure cgroup v2 in a virtual machine, a quarter of an hour; long, the faults by the hundred, an hour and more.`,
  )
  .addOption(new Option("--with <suite...>", "these too, beside those that run where none is named").choices(NAMES))
  .option("--grep <pattern>", "only tests whose name matches the regular expression", pattern)
  .showHelpAfterError()
  .action(async (named: string[], { with: more = [], grep }: { with?: string[]; grep?: string }) => {
    const wanted = SUITES.filter(
      ({ name, onRequest }) => named.includes(name) || more.includes(name) || (named.length === 0 && !onRequest),
    );
    process.exit(await main(wanted, grep));
  })
  .parseAsync();

async function main(suites: readonly Suite[], grep: string | undefined): Promise<number> {
  const stop = interruption((reason) => process.exit(reason.exitCode));
  // Below it is whatever the tests write, so that one can tell what is theirs. On a real file system: /tmp may be memory.
  const runFolder = mkdtempSync("/var/tmp/unboxed-test-run-");
  // PostgreSQL runs below it as a user of its own.
  chmodSync(runFolder, 0o711);
  process.env.TMPDIR = runFolder;
  try {
    const isRoot = process.getuid?.() === 0;
    if (suites.some(({ needsRoot }) => needsRoot) && isRoot)
      await setUp(
        suites.flatMap(({ packages = [] }) => packages),
        stop,
      );
    const before = traces(runFolder);
    const total: Count = { passed: 0, failed: 0, skipped: 0 };
    for (const suite of suites) {
      if (stop.aborted) break;
      if (suite.needsRoot && !isRoot) {
        console.log(`  -- ${suite.name}: skipped, it needs root: sudo npm test -- ${suite.name}`);
        total.skipped += 1;
        continue;
      }
      try {
        add(total, await runSuite(suite, grep, stop));
      } catch (error) {
        if (!stop.aborted) throw error;
      }
    }
    const left = await whatIsLeft(before, runFolder);
    stop.throwIfAborted();
    if (left.length > 0) console.log(red(`✗ nothing is left on the machine\n${left.map((trace) => `    ${trace}`).join("\n")}`));
    add(total, { passed: left.length === 0 ? 1 : 0, failed: left.length === 0 ? 0 : 1, skipped: 0 });
    if (total.again) console.log(`\n${total.again} of these passed only at a second try.`);
    console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
    return total.failed === 0 ? 0 : 1;
  } catch (error) {
    if (stop.aborted && stop.reason instanceof Interrupted) {
      console.error(`\nThe tests were ${stop.reason.message}.`);
      return stop.reason.exitCode;
    }
    console.error(`\n${error instanceof StartError ? error.message : error instanceof Error ? error.stack : error}`);
    return 1;
  } finally {
    remove(runFolder);
  }
}

/** What a test started may hold it for a moment longer. */
function remove(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  } catch (error) {
    console.error(
      red(`${folder} could not be removed, for something still uses it: ${error instanceof Error ? error.message : error}`),
    );
  }
}

/** What suites with real sandboxes need, once for all. */
async function setUp(packages: readonly string[], stop: AbortSignal): Promise<void> {
  await step("this machine", async (progress) => report(await checkHost(), progress));
  await step("Debian packages", (progress) =>
    installDebianPackages([...RUNTIME_PACKAGES, ...TEST_PACKAGES, ...packages], progress, stop),
  );
  await step("tools", async (progress) => report(await checkTools(), progress));
  const settings = readSettings(process.env);
  makeStateFolder(settings.stateFolder);
  await buildImages(settings.imagesFolder, stop);
  await step("site", (progress) => buildSite(settings.stateFolder, progress, stop));
  // Every test has a state folder of its own, and all share the images.
  process.env.UNBOXED_IMAGES = settings.imagesFolder;
}

async function runSuite(suite: Suite, grep: string | undefined, stop: AbortSignal): Promise<Count> {
  const begun = performance.now();
  const live = process.stdout.isTTY;
  let count: Readonly<Count> = { passed: 0, failed: 0, skipped: 0 };
  const line = (mark: string) => {
    const skipped = count.skipped > 0 ? `, ${count.skipped} skipped` : "";
    return `  ${mark} ${suite.name}: ${count.passed} passed, ${count.failed} failed${skipped}, ${((performance.now() - begun) / 1000).toFixed(1)} s`;
  };
  const beat = live ? setInterval(() => process.stdout.write(`\r\x1b[K${line("… ")}`), 200) : undefined;
  try {
    count = await suite.run({
      grep,
      stop,
      onCount: (now) => {
        count = now;
      },
      onFailure: (text) => process.stdout.write(`${live ? "\r\x1b[K" : ""}\n${red(text)}\n\n`),
      onNotice: (text) => process.stdout.write(`${live ? "\r\x1b[K" : ""}     ${text}\n`),
    });
  } finally {
    clearInterval(beat);
  }
  console.log(`${live ? "\r\x1b[K" : ""}${line(count.failed === 0 ? green("ok") : red("!!"))}`);
  return count;
}

/** What was not there before and does not go by itself; then it is taken away, where that can be done. */
async function whatIsLeft(before: ReadonlySet<string>, runFolder: string): Promise<string[]> {
  const look = () => [...traces(runFolder)].filter((trace) => !before.has(trace));
  const deadline = Date.now() + SETTLES_WITHIN;
  while (look().length > 0 && Date.now() < deadline) await sleep(100);
  const left = look();
  if (left.length > 0) await clearSandboxes(runFolder, readSettings(process.env).imagesFolder);
  return left;
}

function add(total: Count, { passed, failed, skipped, again = 0 }: Readonly<Count>): void {
  total.again = (total.again ?? 0) + again;
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
}
