/** The units: put in place, started, watched, taken away. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../lab/patience.ts";
import { runCommand } from "../start/command.ts";
import { CLONE, reachable, type Settings } from "../start/settings.ts";
import { type Progress, SILENT, StartError } from "../start/step.ts";
import { SERVICES, TARGET } from "./place.ts";

const UNITS = [TARGET, ...SERVICES];
const SYSUSERS = "/etc/sysusers.d/unboxed.conf";
/** Milliseconds until both answer: the lab-server makes its first sandboxes. */
const HEALTHY_WITHIN = 120_000;
/** Lines of a unit's journal that are shown where it does not come up. */
const LAST_LINES = "30";

/** Throws StartError where systemd does not run this machine (sd_booted(3)). */
export function demandSystemd(): void {
  if (existsSync("/run/systemd/system")) return;
  throw new StartError(
    "systemd does not run this machine, as in most containers: run npm start instead, or Docker Compose (docs/self-hosting/install.md).",
  );
}

/** Throws StartError with the command to run where this process is not root. */
export function demandRoot(script: string, args: readonly string[] = []): void {
  if (process.getuid?.() === 0) return;
  const rest = args.length > 0 ? ` -- ${args.join(" ")}` : "";
  throw new StartError(`Only root may do that: run sudo npm run ${script}${rest}`);
}

/** Puts the units and the site's user in place. Returns the files that changed. */
export async function placeUnits(stop: AbortSignal): Promise<string[]> {
  const wanted = [
    ...UNITS.map((unit): [string, string] => [unitFile(unit), join(CLONE, "deploy/systemd", unit)]),
    [SYSUSERS, join(CLONE, "deploy/systemd/unboxed.sysusers")] as const,
  ];
  const changed = wanted.flatMap(([file, source]) => (place(file, readFileSync(source, "utf8")) ? [file] : []));
  await runCommand(["systemd-sysusers", SYSUSERS], SILENT, stop);
  await systemctl(["daemon-reload"], stop);
  await systemctl(["enable", "--quiet", ...UNITS], stop);
  return changed;
}

/** (Re)starts both and waits until both answer. Throws StartError with the end of the journal where they do not. */
export async function restart(settings: Settings, progress: Progress, stop: AbortSignal): Promise<void> {
  await systemctl(["start", TARGET], stop).catch(() => undefined);
  for (const unit of SERVICES) {
    progress.say(unit);
    await systemctl(["reset-failed", unit], stop).catch(() => undefined);
    await systemctl(["restart", unit], stop);
  }
  const urls = [
    `http://${reachable(settings.labHost)}:${settings.labPort}/readyz`,
    `http://${reachable(settings.host)}:${settings.port}/api/health`,
  ];
  const deadline = Date.now() + patient(HEALTHY_WITHIN);
  for (const [index, url] of urls.entries()) {
    progress.say(`waiting for ${SERVICES[index]}`);
    while (!(await answers(url))) {
      stop.throwIfAborted();
      if (Date.now() > deadline) throw new StartError(`${SERVICES[index]} does not come up:\n${await journal(SERVICES, stop)}`);
      await sleep(200, undefined, { signal: stop });
    }
  }
}

/** Stops both. Sandboxes go on. */
export async function stopUnits(stop: AbortSignal): Promise<void> {
  await systemctl(["stop", TARGET, ...SERVICES.toReversed()], stop);
}

/** Takes the units away, which have been stopped. */
export async function removeUnits(stop: AbortSignal): Promise<void> {
  const there = UNITS.filter((unit) => existsSync(unitFile(unit)));
  if (there.length > 0) await systemctl(["disable", "--quiet", "--now", ...there], stop);
  for (const file of [...UNITS.map(unitFile), SYSUSERS]) rmSync(file, { force: true });
  await systemctl(["daemon-reload"], stop);
  for (const unit of there) await systemctl(["reset-failed", unit], stop).catch(() => undefined);
}

export function areUnitsPlaced(): boolean {
  return SERVICES.every((unit) => existsSync(unitFile(unit)));
}

function systemctl(args: readonly string[], stop: AbortSignal): Promise<void> {
  return runCommand(["systemctl", ...args], SILENT, stop);
}

async function journal(units: readonly string[], stop: AbortSignal): Promise<string> {
  const lines: string[] = [];
  const which = units.flatMap((unit) => ["--unit", unit]);
  const keep = { say: (line: string) => lines.push(line), result: () => undefined };
  await runCommand(["journalctl", "--no-pager", "--output=cat", "--lines", LAST_LINES, ...which], keep, stop);
  return lines.join("\n");
}

async function answers(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    await answer.body?.cancel();
    return answer.ok;
  } catch {
    // Not listening yet.
    return false;
  }
}

function unitFile(unit: string): string {
  return join("/etc/systemd/system", unit);
}

/** Writes a file where it is not so yet. Returns whether it did. */
function place(file: string, text: string): boolean {
  if (existsSync(file) && readFileSync(file, "utf8") === text) return false;
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o644 });
  return true;
}
