/**
 * The disk of a sandbox: a sparse file with an ext4 in it, whose size and number of inodes are the quota. mkfs runs once for each
 * pair of limits; the few blocks that it wrote are kept in memory and written for every sandbox.
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, rm, statfs, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { SandboxError, type SandboxLimits } from "../driver.ts";
import { withLoopDevice } from "../kernel/loop-device.ts";
import { MS, mount } from "../kernel/mount.ts";
import { readSparse, type SparseFile, writeSparse } from "../kernel/sparse-file.ts";
import type { Layout } from "./layout.ts";

/** Bytes that must be free where the disks are: below, a sandbox would start and break at its first writes. */
const LEAST_FREE = 64 * 1024 * 1024;

/**
 * No journal: nobody needs the disk after a crash. No blocks reserved for the host's root, none for growing. The inode tables are
 * not zeroed: a sparse file's are zero.
 */
const MKFS = ["-q", "-F", "-m", "0", "-O", "^has_journal,^resize_inode", "-E", "lazy_itable_init=1,nodiscard"];

const TEMPLATE = ".template-";

export class Disks {
  readonly #folder: string;
  readonly #making = new Set<string>();
  readonly #templates = new Map<string, Promise<SparseFile>>();

  constructor(layout: Layout) {
    this.#folder = layout.disks;
  }

  /** Makes the disk as `file` and mounts it at `target`. Throws SandboxError `disk-full`, or the error of the call that failed. */
  async mount(file: string, target: string, limits: SandboxLimits): Promise<void> {
    await assertRoom(this.#folder);
    await writeSparse(file, await this.#template(limits));
    await withLoopDevice(file, (device) =>
      // noinit_itable: or a kernel thread would write out the inode tables of every sandbox.
      mount({ source: device, target, type: "ext4", flags: MS.NODEV | MS.NOATIME, data: "noinit_itable,errors=continue" }),
    );
  }

  /** Removes what an earlier process left half-made. Returns a line for each. */
  async sweep(): Promise<string[]> {
    const left = (await readdir(this.#folder)).filter((name) => name.startsWith(TEMPLATE) && !this.#making.has(name));
    await Promise.all(left.map((name) => rm(join(this.#folder, name), { force: true })));
    return left.map((name) => `disk ${join(this.#folder, name)}`);
  }

  #template(limits: SandboxLimits): Promise<SparseFile> {
    const key = `${limits.disk}/${limits.inodes}`;
    const known = this.#templates.get(key);
    if (known) return known;
    const name = `${TEMPLATE}${randomBytes(6).toString("hex")}`;
    this.#making.add(name);
    const made = makeTemplate(join(this.#folder, name), limits);
    this.#templates.set(key, made);
    made.catch(() => this.#templates.delete(key)).finally(() => this.#making.delete(name));
    return made;
  }
}

async function makeTemplate(file: string, limits: SandboxLimits): Promise<SparseFile> {
  try {
    await writeFile(file, "", { mode: 0o600, flag: "wx" });
    await truncate(file, limits.disk);
    await promisify(execFile)("mkfs.ext4", [...MKFS, "-N", String(limits.inodes), file]);
    return readSparse(file);
  } finally {
    await rm(file, { force: true });
  }
}

async function assertRoom(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < LEAST_FREE) throw diskFull();
}

export function diskFull(cause?: unknown): SandboxError {
  return new SandboxError(
    "disk-full",
    "The lab-server's disk is full, so no sandbox could be made: ask its operator to make room.",
    { cause },
  );
}
