/**
 * Ranges of host ids. A claim is a symbolic link `ranges/SLOT` → `INSTANCE/ID`: made in one step, so that no two processes of
 * the machine get the same slot, and it names who has it.
 */
import { lstat, mkdir, readdir, readlink, symlink, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Layout } from "./layout.ts";
import { RANGE_SIZE } from "./user-namespace.ts";

/** Clear of the ids that useradd(8) and systemd give out by default. */
const FIRST = 1_000_000;
const SLOTS = 16_384;

/** Claims a range for sandbox `id`, whose folder exists already, and returns its first host id. */
export async function claimRange(layout: Layout, id: string): Promise<number> {
  await mkdir(layout.ranges, { recursive: true, mode: 0o711 });
  const taken = new Set(await readdir(layout.ranges));
  for (let slot = 0; slot < SLOTS; slot++) {
    if (taken.has(String(slot))) continue;
    try {
      await symlink(`${layout.instance}/${id}`, join(layout.ranges, String(slot)));
      return FIRST + slot * RANGE_SIZE;
    } catch (error) {
      if (!isCode(error, "EEXIST")) throw error;
    }
  }
  throw new Error(`All ${SLOTS} ranges of user ids are taken.`);
}

/** First host ids of the ranges that sandbox `id` has claimed: one, or none. */
export async function claimedBy(layout: Layout, id: string): Promise<number[]> {
  const own = (await claims(layout)).filter(({ owner }) => owner === `${layout.instance}/${id}`);
  return own.map(({ slot }) => FIRST + Number(slot) * RANGE_SIZE);
}

/** Gives back what sandbox `id` has claimed. */
export async function releaseRanges(layout: Layout, id: string): Promise<void> {
  for (const { slot, owner } of await claims(layout)) {
    if (owner === `${layout.instance}/${id}`) await unlink(join(layout.ranges, slot));
  }
}

/** Gives back claims of sandboxes, of any instance, whose folder is gone. Returns a line for each. */
export async function sweepRanges(layout: Layout): Promise<string[]> {
  const swept: string[] = [];
  for (const { slot, owner } of await claims(layout)) {
    const folder = join(dirname(layout.folder), owner);
    if (await lstat(folder).catch((error) => (isCode(error, "ENOENT") ? undefined : Promise.reject(error)))) continue;
    await unlink(join(layout.ranges, slot));
    swept.push(`user id range ${slot} of ${owner}`);
  }
  return swept;
}

async function claims(layout: Layout): Promise<{ slot: string; owner: string }[]> {
  const slots = await readdir(layout.ranges).catch((error) => (isCode(error, "ENOENT") ? [] : Promise.reject(error)));
  const owners = await Promise.all(
    slots.map(async (slot) => ({
      slot,
      owner: await readlink(join(layout.ranges, slot)).catch((error) => (isCode(error, "ENOENT") ? "" : Promise.reject(error))),
    })),
  );
  return owners.filter(({ owner }) => owner !== "");
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
