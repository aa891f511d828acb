import { readdir, readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import pLimit from "p-limit";

/** Others, such as fonts and pictures, are compressed by themselves. */
const TEXT = /\.(js|css|svg|json|txt|map)$/;
/** Bytes below which it is not worth a file. */
const SMALLEST = 1024;

/**
 * Writes beside each text file of a built site what browsers are sent instead of it: .br (RFC 7932) where they take it, which they do over
 * TLS and from this machine, and .gz (RFC 1952). Once here, at the best level, rather than in a hurry for every browser that asks.
 */
export async function compressFiles(folder: string): Promise<void> {
  const limit = pLimit(availableParallelism());
  const names = await readdir(folder, { recursive: true });
  await Promise.all(names.filter((name) => TEXT.test(name)).map((name) => limit(() => compressFile(join(folder, name)))));
}

async function compressFile(path: string): Promise<void> {
  const bytes = await readFile(path);
  if (bytes.length < SMALLEST) return;
  const params = { [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  const [br, gz] = await Promise.all([
    promisify(brotliCompress)(bytes, { params }),
    promisify(gzip)(bytes, { level: constants.Z_BEST_COMPRESSION }),
  ]);
  await Promise.all([writeFile(`${path}.br`, br), writeFile(`${path}.gz`, gz)]);
}
