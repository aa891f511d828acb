import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Argument, Command, InvalidArgumentError } from "commander";
import { Stack } from "../test/deploy/stack.ts";
import { copyBuild, copyClone } from "../test/vm/clone.ts";
import { type Disk, type DiskSource, diskOf } from "../test/vm/disk.ts";
import { type Job, ON_REQUEST, SUITES } from "../test/vm/events.ts";
import { type GuestImage, guestImage } from "../test/vm/guest-image.ts";
import { hasKvm, runInGuest } from "../test/vm/machine.ts";
import { CONTAINERS } from "../test/vm/recipe.ts";
import { Report } from "../test/vm/report.ts";
import { installDebianPackages } from "./start/debian-packages.ts";
import { Interrupted, interruption } from "./start/interruption.ts";
import { takePidFile } from "./start/pid-file.ts";
import { buildImages } from "./start/set-up.ts";
import { CLONE } from "./start/settings.ts";
import { buildSite } from "./start/site-build.ts";
import { StartError, step } from "./start/step.ts";
import { pattern } from "./test/pattern.ts";

/** How many times longer things take on an emulated processor. */
const EMULATED_PATIENCE = 8;

const HOST_PACKAGES = ["qemu-system-x86", "mmdebstrap", "e2fsprogs", "git"];
/** For the images of containers. */
const DOCKER_PACKAGES = ["docker.io", "docker-compose"];

type Options = { only?: string; script?: string; minutes: number };

await new Command("npm run test:vm --")
  .addArgument(new Argument("[suite...]", `those to run; all but ${ON_REQUEST} by default`).choices(SUITES))
  .description(
    `Boots Debian with systemd and pure cgroup v2 in a virtual machine (QEMU) and runs suites in it: the product is installed there as a \
service, tested, its lessons proven, and taken away again. Only where it is named runs ${ON_REQUEST}: the product in containers. Their images \
are made here, which takes minutes. The guest and its logs are kept in the state folder (UNBOXED_STATE) under vm/.`,
  )
  .option("--only <pattern>", "only lab test files and lessons whose name matches the regular expression", pattern)
  .option("--script <bash>", "run a bash script there instead")
  .option("--minutes <n>", "time limit of the guest", minutes, 120)
  .showHelpAfterError()
  .action(async (named: string[], options: Options) => process.exit(await main(named, options)))
  .parseAsync();

async function main(named: readonly string[], options: Options): Promise<number> {
  const stop = interruption((reason) => process.exit(reason.exitCode));
  try {
    return await test(jobOf(named, options), options.minutes * 60_000, stop);
  } catch (error) {
    if (stop.aborted && stop.reason instanceof Interrupted) {
      console.error(`\nStopped (${stop.reason.message}).`);
      return stop.reason.exitCode;
    }
    console.error(`\n${error instanceof StartError ? error.message : error instanceof Error ? error.stack : error}`);
    return 1;
  }
}

function jobOf(named: readonly string[], { only, script }: Options): Job {
  const suites = SUITES.filter((suite) => (named.length > 0 ? named.includes(suite) : suite !== ON_REQUEST));
  return {
    suites: script === undefined ? suites : [],
    patience: hasKvm() ? 1 : EMULATED_PATIENCE,
    ...(only === undefined ? {} : { only }),
    ...(script === undefined ? {} : { script }),
  };
}

function minutes(text: string): number {
  if (!(Number(text) > 0)) throw new InvalidArgumentError("It must be a number above 0.");
  return Number(text);
}

async function test(job: Job, limit: number, stop: AbortSignal): Promise<number> {
  const hasContainers = job.suites.includes(ON_REQUEST);
  const packages = [...HOST_PACKAGES, ...(hasContainers ? DOCKER_PACKAGES : [])];
  await step("Debian packages", (progress) => installDebianPackages(packages, progress, stop));
  const state = resolve(process.env.UNBOXED_STATE || join(CLONE, ".unboxed"));
  const imagesFolder = resolve(process.env.UNBOXED_IMAGES || join(state, "images"));
  await buildImages(imagesFolder, stop);
  const vmFolder = join(state, "vm");
  mkdirSync(vmFolder, { recursive: true, mode: 0o700 });
  const lock = takePidFile(join(vmFolder, "pid"));
  if ("heldBy" in lock)
    throw new StartError(
      `Process ${lock.heldBy} tests in a virtual machine with this state folder: wait, or set UNBOXED_STATE to another.`,
    );
  try {
    const image = await step("guest", (progress) => guestImage(vmFolder, progress, stop));
    const copy = join(vmFolder, "draft-clone");
    await copyClone(CLONE, copy);
    // Built here: emulated, it would take an hour.
    const build = await step("site", (progress) => buildSite(vmFolder, progress, stop));
    copyBuild(build, copy);
    const disk = (title: string, source: DiskSource) =>
      step(`disk of ${title}`, (progress) => diskOf(source, vmFolder, progress, stop));
    const disks = [
      await disk("sandbox images", { label: "images", folder: imagesFolder, entries: builtImages(imagesFolder) }),
      await disk("npm packages", { label: "modules", folder: join(CLONE, "node_modules") }),
      await disk("the clone", { label: "clone", folder: copy }),
    ];
    if (hasContainers) {
      const data = join(vmFolder, "draft-containers");
      // A run that was killed leaves its own.
      rmSync(data, { recursive: true, force: true });
      mkdirSync(data);
      await step("container images", () => Stack.build(data));
      disks.push(await disk("container images", { label: CONTAINERS, folder: data }));
    }
    return await runJob(job, { image, disks, vmFolder, limit, stop });
  } finally {
    for (const name of readdirSync(vmFolder)) if (name.startsWith("draft-")) rmSync(join(vmFolder, name), { recursive: true });
    lock.release();
  }
}

/** Images with what says that they are whole (images/build.ts). Drafts and old trees stand beside them. */
function builtImages(imagesFolder: string): string[] {
  return readdirSync(imagesFolder)
    .filter((name) => name.endsWith(".stamp"))
    .flatMap((stamp) => [basename(stamp, ".stamp"), stamp]);
}

async function runJob(
  job: Job,
  { vmFolder, ...guest }: { image: GuestImage; disks: readonly Disk[]; vmFolder: string; limit: number; stop: AbortSignal },
): Promise<number> {
  const log = join(vmFolder, "job.log");
  const console = join(vmFolder, "console.log");
  const report = new Report(log, { showOutput: job.script !== undefined });
  try {
    const code = await runInGuest({ ...guest, job, console, scratch: vmFolder, onEvent: (event) => report.take(event) });
    if (code !== 0) process.stderr.write(`What the guest's programs printed is in ${log}, its console in ${console}.\n`);
    return code;
  } catch (error) {
    process.stderr.write(`\nThe end of the guest's console (${console}):\n${readFileSync(console, "utf8").slice(-4096)}\n`);
    throw error;
  } finally {
    report.close();
  }
}
