/** The X-ray's readers on a real sandbox, without what goes round them. */
import assert from "node:assert/strict";
import { readFileSync, readlinkSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { type Subject, subjectOf } from "../../lab-server/xray/subject.ts";
import type { Trial } from "./sandbox-trial.ts";

/** Milliseconds: an emulated machine is slow. */
const PATIENCE = patient(60_000);

export async function subject(trial: Trial, id: string): Promise<Subject> {
  const description = await trial.driver.describe(id);
  assert(description, `There is no sandbox ${id}.`);
  return subjectOf(description, trial.driver.host);
}

/** Reads until `found` returns something, as somebody who looks does. */
export async function waitFor<T>(found: () => T | undefined, what: string): Promise<T> {
  const deadline = Date.now() + PATIENCE;
  for (;;) {
    const value = found();
    if (value !== undefined) return value;
    assert(Date.now() < deadline, `${what} did not come to pass.`);
    await sleep(20);
  }
}

/** A process for each mount namespace of the sandbox's processes `pids`. */
export function mountHolders(pids: Iterable<number>): Map<string, number> {
  const holders = new Map<string, number>();
  for (const pid of pids) {
    const id = mountNamespace(pid);
    if (id !== undefined && !holders.has(id)) holders.set(id, pid);
  }
  return holders;
}

export function mountNamespace(pid: number): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/mnt`).replace(/[[\]]/g, "");
  } catch {
    return undefined;
  }
}

/** Arguments of a process, with spaces between; empty where it has ended. */
export function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim();
  } catch {
    return "";
  }
}
