/**
 * What every npm script begins with: `node cli/bootstrap.mjs cli/ENTRY.ts [arguments]`. It makes the npm packages match
 * package-lock.json and then runs the entry with the Node that package.json pins. Plain JavaScript without
 * dependencies, for it runs on whatever Node (18 or newer) a fresh clone meets.
 */
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

/**
 * @typedef {{ version?: string, resolved?: string, integrity?: string, optional?: boolean, devOptional?: boolean, link?: boolean }} LockedPackage
 * @typedef {{ packages?: Record<string, LockedPackage> }} Lock
 */

const clone = fileURLToPath(new URL("..", import.meta.url));
const pinnedNode = join(clone, "node_modules", "node", "bin", "node");

await main();

async function main() {
  const [entry, ...args] = process.argv.slice(2);
  if (entry === undefined) return stop("Usage: node cli/bootstrap.mjs cli/ENTRY.ts [arguments]");
  if (Number(process.versions.node.split(".")[0]) < 18) {
    return stop(
      `Node ${process.versions.node} is too old to begin with: install Node 18 or newer (Debian: apt-get install nodejs npm).`,
    );
  }
  const difference = installedDifference();
  if (difference !== undefined && !(await installPackages(difference))) return;
  run([join(clone, entry), ...args]);
}

/**
 * Why node_modules is not what the lock says; undefined where it is. npm keeps what it installed in
 * node_modules/.package-lock.json, written last: a broken-off install has none.
 */
function installedDifference() {
  const locked = readLock(join(clone, "package-lock.json"));
  if (locked === undefined) return "package-lock.json is missing";
  const installed = readLock(join(clone, "node_modules", ".package-lock.json"));
  if (installed === undefined || !existsSync(pinnedNode)) return "not installed yet";
  for (const [path, wanted] of Object.entries(locked)) {
    if (path === "" || wanted.link) continue;
    const found = installed[path];
    // An optional package may be for another kind of machine.
    if (found === undefined && (wanted.optional || wanted.devOptional)) continue;
    if (found?.version !== wanted.version || found?.integrity !== wanted.integrity)
      return `${path.slice("node_modules/".length)} differs`;
  }
  const extra = Object.keys(installed).find((path) => !(path in locked));
  return extra === undefined ? undefined : `${extra.slice("node_modules/".length)} is not in the lock`;
}

/** @param {string} file */
function readLock(file) {
  try {
    /** @type {Lock} */
    const lock = JSON.parse(readFileSync(file, "utf8"));
    return lock.packages;
  } catch {
    // Missing or cut short: both mean that there is nothing to rely on.
    return undefined;
  }
}

/**
 * Runs `npm ci`, one line on the screen. The entry has not begun, so nothing needs cleaning up: a signal ends npm as well.
 * @param {string} why
 */
async function installPackages(why) {
  const begun = Date.now();
  const live = Boolean(process.stdout.isTTY);
  if (live) process.stdout.write(`  …  npm packages (${why})`);
  // The npm that called us, run by the Node that runs us; a bare `node cli/bootstrap.mjs` takes the one on the PATH.
  const npm = process.env.npm_execpath;
  const [command, first] = npm?.endsWith(".js") ? [process.execPath, [npm]] : ["npm", []];
  const child = spawn(command, [...first, "ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: clone,
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, PATH: pathWithoutPackages(), NODE_ENV: "development" },
  });
  let output = "";
  child.stdout.on("data", (bytes) => (output += bytes));
  child.stderr.on("data", (bytes) => (output += bytes));
  const signals = forwardSignals(child);
  /** @type {{ code: number | null, signal: NodeJS.Signals | null }} */
  const end = await new Promise((resolve) => {
    child.on("error", (error) => {
      output += `npm cannot be run: ${error.message}. Install it (Debian: apt-get install npm).\n`;
      resolve({ code: 1, signal: null });
    });
    child.on("close", (code, signal) => resolve({ code, signal }));
  });
  signals.stop();
  if (live) process.stdout.write("\r\x1b[K");
  if (end.code === 0 && existsSync(pinnedNode)) {
    process.stdout.write(`  ok npm packages (${why}), ${((Date.now() - begun) / 1000).toFixed(1)} s\n`);
    return true;
  }
  process.stderr.write(output);
  const broken = signals.received ?? end.signal;
  if (broken) endBy(broken);
  else
    stop(
      end.code === 0
        ? `npm ci ran, and ${pinnedNode} is not there: was it run with --ignore-scripts?`
        : "npm ci failed: see above.",
    );
  return false;
}

/** npm deletes node_modules first, so nothing of it may be what npm runs on. */
function pathWithoutPackages() {
  return (process.env.PATH ?? "")
    .split(":")
    .filter((folder) => !folder.startsWith(join(clone, "node_modules")))
    .join(":");
}

/**
 * Hands over to the pinned Node. Where this Node can replace itself (execve(2), since 22.15: every start but the first, for npm
 * puts the pinned Node first on the PATH) no parent stays, and signals and exit code need no forwarding.
 * @param {string[]} argv
 */
function run(argv) {
  if (typeof process.execve === "function") {
    process.execve(pinnedNode, [pinnedNode, ...argv], process.env);
  }
  const child = spawn(pinnedNode, argv, { stdio: "inherit" });
  forwardSignals(child);
  child.on("error", (error) => stop(`${pinnedNode} cannot be run: ${error.message}. Remove node_modules and try again.`));
  child.on("close", (code, signal) => (signal ? endBy(signal) : process.exit(code ?? 1)));
}

/**
 * Passes signals on and stays until the child has cleaned up. At Ctrl-C the terminal signals the child as well, so it may
 * hear SIGINT more than once; what we run takes those that come within half a second for one.
 * @param {import("node:child_process").ChildProcess} child
 */
function forwardSignals(child) {
  /** @type {{ received: NodeJS.Signals | undefined, stop: () => void }} */
  const state = { received: undefined, stop: () => undefined };
  /** @type {NodeJS.Signals[]} */
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  const handler = (/** @type {NodeJS.Signals} */ signal) => {
    state.received = signal;
    child.kill(signal);
  };
  for (const signal of signals) process.on(signal, handler);
  state.stop = () => {
    for (const signal of signals) process.off(signal, handler);
  };
  return state;
}

/**
 * Ends as a process does that the signal ended.
 * @param {NodeJS.Signals} signal
 */
function endBy(signal) {
  process.exit(128 + constants.signals[signal]);
}

/** @param {string} sentence */
function stop(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}
