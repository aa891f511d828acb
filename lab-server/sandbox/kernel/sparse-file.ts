/** Sparse files: the parts of a file that hold data, found by lseek(2) with SEEK_DATA and SEEK_HOLE. */
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import koffi from "koffi";
import { SystemCallError, systemCall } from "./libc.ts";

const lseek = systemCall("int64_t lseek(int fd, int64_t offset, int whence)");
const SEEK_DATA = 3;
const SEEK_HOLE = 4;
const BLOCK = 4096;

export type Extent = { offset: number; bytes: Buffer };
export type SparseFile = { size: number; extents: readonly Extent[] };

/** Reads what is not zero. Holds that in memory: meant for files that are nearly all hole. */
export function readSparse(file: string): SparseFile {
  const fd = openSync(file, "r");
  try {
    const { size } = fstatSync(fd);
    const extents: Extent[] = [];
    for (let start = seek(fd, 0, SEEK_DATA); start !== undefined; ) {
      const end = seek(fd, start, SEEK_HOLE) ?? size;
      const bytes = Buffer.alloc(end - start);
      readSync(fd, bytes, 0, bytes.length, start);
      extents.push(...withoutZeros(bytes, start));
      start = seek(fd, end, SEEK_DATA);
    }
    return { size, extents };
  } finally {
    closeSync(fd);
  }
}

/** Writes a sparse file that must not exist yet. Throws Node's error, ENOSPC where the disk is full. */
export async function writeSparse(file: string, { size, extents }: SparseFile): Promise<void> {
  const handle = await open(file, "wx", 0o600);
  try {
    await handle.truncate(size);
    for (const { offset, bytes } of extents) await writeAll(handle, bytes, offset);
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, bytes: Buffer, offset: number): Promise<void> {
  for (let done = 0; done < bytes.length; ) {
    done += (await handle.write(bytes, done, bytes.length - done, offset + done)).bytesWritten;
  }
}

/** The runs of blocks that have something in them. */
function withoutZeros(bytes: Buffer, start: number): Extent[] {
  const zeros = Buffer.alloc(BLOCK);
  const extents: Extent[] = [];
  let from: number | undefined;
  for (let at = 0; at < bytes.length; at += BLOCK) {
    const block = bytes.subarray(at, at + BLOCK);
    const empty = block.equals(zeros.subarray(0, block.length));
    if (empty && from !== undefined) {
      extents.push({ offset: start + from, bytes: Buffer.from(bytes.subarray(from, at)) });
      from = undefined;
    } else if (!empty) {
      from ??= at;
    }
  }
  if (from !== undefined) extents.push({ offset: start + from, bytes: Buffer.from(bytes.subarray(from)) });
  return extents;
}

/** undefined where there is no more data (or hole) from `offset` on. */
function seek(fd: number, offset: number, whence: number): number | undefined {
  const at: unknown = lseek(fd, offset, whence);
  if (at !== -1) return Number(at);
  const error = new SystemCallError("lseek", koffi.errno());
  if (error.code === "ENXIO") return undefined;
  throw error;
}
