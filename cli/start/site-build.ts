import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { compressFiles } from "./compress-files.ts";
import { takePidFile } from "./pid-file.ts";
import { CLONE, NODE } from "./settings.ts";
import { type Progress, StartError } from "./step.ts";

/** What a build is made from. Lessons are not: the site reads them when they are asked for. */
const SOURCES = [
  "app",
  "components",
  "classroom",
  "curriculum",
  "public",
  "lab-server/protocol.ts",
  "lab-server/xray/facts.ts",
  "lab-server/staff/wire.ts",
  "package-lock.json",
  "tsconfig.json",
];
/** Next's own settings, and what runs before its pages. */
const TOP_LEVEL = /^(next\.config|proxy|instrumentation|instrumentation-client|postcss\.config)\.(ts|mjs)$/;
const BUILD = join(CLONE, ".next");
/** Beside the build: the hash of what it was made from. */
const STAMP = join(BUILD, "unboxed-sources");
/** Milliseconds that a build may take, and that one waits for another. */
const PATIENCE = 10 * 60_000;

/**
 * Makes sure that the state folder has a build of the site as the clone is now, and returns its folder. It is a copy: a
 * running site keeps the files it was started with, whatever is built in the clone meanwhile.
 */
export async function buildSite(stateFolder: string, progress: Progress, stop: AbortSignal): Promise<string> {
  const hash = hashSources();
  const folder = join(stateFolder, "site");
  const copy = join(folder, hash);
  // Where the copy is mounted over; a clone that was only pulled has none.
  mkdirSync(BUILD, { recursive: true });
  if (existsSync(copy)) {
    progress.result("unchanged");
    return copy;
  }
  const release = await takeTurn(progress, stop);
  try {
    if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === hash) progress.result("unchanged");
    else {
      rmSync(STAMP, { force: true });
      await nextBuild(progress, stop);
      progress.say("compressing its files");
      await compressFiles(join(BUILD, "static"));
      writeFileSync(STAMP, hash);
      progress.result("built");
    }
    rmSync(folder, { recursive: true, force: true });
    const draft = `${copy}.draft`;
    cpSync(BUILD, draft, {
      recursive: true,
      verbatimSymlinks: true,
      filter: (path) => !["cache", "dev", "trace"].includes(relative(BUILD, path)),
    });
    renameSync(draft, copy);
  } finally {
    release();
  }
  return copy;
}

/** Hash of the names and contents of everything that a build is made from. */
function hashSources(): string {
  const hash = createHash("sha256").update(process.version);
  const top = readdirSync(CLONE).filter((name) => TOP_LEVEL.test(name));
  for (const source of [...SOURCES, ...top].sort()) {
    for (const file of filesOf(join(CLONE, source))) hash.update(`\0${relative(CLONE, file)}\0`).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 16);
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  let entries: string[];
  try {
    entries = readdirSync(path);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOTDIR") return [path];
    throw error;
  }
  return entries.sort().flatMap((name) => filesOf(join(path, name)));
}

/** Next builds one at a time in a folder: waits for whoever is at it. */
async function takeTurn(progress: Progress, stop: AbortSignal): Promise<() => void> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const lock = takePidFile(join(CLONE, "node_modules/.unboxed-site-build.pid"));
    if ("release" in lock) return lock.release;
    if (Date.now() > deadline)
      throw new StartError(
        `Process ${lock.heldBy} has been building the site for ${PATIENCE / 60_000} minutes: end it and try again.`,
      );
    progress.say(`waiting for process ${lock.heldBy}, which builds it`);
    await sleep(200, undefined, { signal: stop });
  }
}

async function nextBuild(progress: Progress, stop: AbortSignal): Promise<void> {
  progress.say("next build");
  const child = spawn(NODE, [join(CLONE, "node_modules/next/dist/bin/next"), "build"], {
    cwd: CLONE,
    stdio: ["ignore", "pipe", "pipe"],
    // A build needs no secret, so it is given none.
    env: { PATH: process.env.PATH, HOME: process.env.HOME, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    timeout: PATIENCE,
    signal: stop,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (bytes: Buffer) => {
      output = (output + bytes).slice(-8192);
    });
  }
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code !== 0) throw new StartError(`The site cannot be built:\n${output.trim()}`);
}
