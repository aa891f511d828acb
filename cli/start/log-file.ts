import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Bytes after which a log moves to `.1` and begins anew: a log never takes more than twice this. */
const MOST_BYTES = 16 * 1024 * 1024;

/** The log of one service: lines appended, the file before it kept as `.1`. */
export class LogFile {
  readonly path: string;
  #descriptor: number | undefined;
  #bytes = 0;

  constructor(path: string) {
    this.path = path;
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    this.#open();
  }

  write(line: string): void {
    if (this.#descriptor === undefined) return;
    this.#bytes += writeSync(this.#descriptor, `${line}\n`);
    if (this.#bytes < MOST_BYTES) return;
    closeSync(this.#descriptor);
    this.#open();
  }

  close(): void {
    if (this.#descriptor !== undefined) closeSync(this.#descriptor);
    this.#descriptor = undefined;
  }

  #open(): void {
    if (existsSync(this.path)) renameSync(this.path, `${this.path}.1`);
    this.#descriptor = openSync(this.path, "w", 0o600);
    this.#bytes = 0;
  }
}
