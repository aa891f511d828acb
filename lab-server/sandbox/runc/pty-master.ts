/** The master side of a pseudo-terminal as a Pty: pty(7), ioctl_tty(2). It owns the descriptor from its construction to `close`. */
import { closeSync, writeSync } from "node:fs";
import { ReadStream } from "node:tty";
import { MAX_COLS, MAX_ROWS, MIN_COLS, MIN_ROWS } from "../../protocol.ts";
import { type Pty, SandboxError } from "../driver.ts";
import { call, systemCall } from "../kernel/libc.ts";
import { PtyExit } from "../pty-exit.ts";
import { onProcessExit } from "./pty-reaper.ts";

const TIOCSWINSZ = 0x5414;
/** Milliseconds between looks whether a full pty takes input again: the first, and the longest. libuv cannot watch it for writing beside reading. */
const RETRY = { first: 1, longest: 50 };
/** Milliseconds after the leader's end until the rest of its output counts as read: a background job may hold the terminal open, and write, for ever. */
const DRAIN = { silence: 50, longest: 1_000 };
/** Milliseconds to wait for the exit code after the terminal's last holder let go of it. */
const EXIT_CODE_WAIT = 1_000;

const F_DUPFD_CLOEXEC = 1030;

/**
 * What was just read from a terminal, until its listener has taken it; one for all of them, since reading and telling is one step. By itself
 * node makes 64 KiB for each read, however little comes, and a few hundred keys would be a garbage collection.
 */
const READ_BUFFER = Buffer.allocUnsafeSlow(64 * 1024);

const fcntl = systemCall("int fcntl(int fd, int command, ...)");
const ioctl = systemCall("int ioctl(int fd, unsigned long request, ...)");

type Write = { bytes: Uint8Array; resolve: () => void; reject: (error: Error) => void };

export class MasterPty implements Pty {
  readonly pid: number;
  /**
   * For all but reading. The stream has a copy and closes that as soon as the other side is gone; this one stays until the leader has
   * ended, for without it the leader would be hung up on, and many a program lets go of its terminal a moment before it exits.
   */
  readonly #fd: number;
  readonly #stream: ReadStream;
  readonly #writes: Write[] = [];
  readonly #unwatch: () => void;
  readonly #exit = new PtyExit();
  #leaderCode: number | null | undefined;
  #retry: NodeJS.Timeout | undefined;
  #drain: NodeJS.Timeout | undefined;
  #drainUntil = 0;
  #listener: (bytes: Uint8Array) => void = () => {};
  /** Nothing is read before there is a listener. */
  #paused = true;

  /** `fd` must be non-blocking. `pid` is the session leader, a child of this process. */
  constructor(fd: number, pid: number) {
    this.#fd = fd;
    this.pid = pid;
    this.#stream = new ReadStream(copyOf(fd), { onread: { buffer: READ_BUFFER, callback: (length) => this.#read(length) } });
    // Every error ends the terminal. The ordinary one is EIO: nobody holds the other side any more.
    this.#stream.on("error", () => {});
    this.#stream.on("close", () => this.#hungUp());
    this.#unwatch = onProcessExit(pid, (code) => {
      this.#leaderCode = code;
      this.#drainThenFinish();
    });
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#listener = listener;
    this.resume();
  }

  onExit(listener: (code: number | null) => void): void {
    this.#exit.listen(listener);
  }

  write(bytes: Uint8Array): Promise<void> {
    if (this.#exit.reached !== undefined) return Promise.reject(gone());
    return new Promise((resolve, reject) => {
      this.#writes.push({ bytes, resolve, reject });
      if (this.#retry === undefined) this.#pump(RETRY.first);
    });
  }

  resize(cols: number, rows: number): void {
    assertSize(cols, rows);
    if (this.#exit.reached !== undefined) return;
    // struct winsize: rows, columns, and two pixel sizes that nobody uses.
    const size = new Uint16Array([rows, cols, 0, 0]);
    call("ioctl TIOCSWINSZ", ioctl, this.#fd, TIOCSWINSZ, "void *", new Uint8Array(size.buffer));
  }

  pause(): void {
    this.#paused = true;
    this.#stream.pause();
  }

  resume(): void {
    this.#paused = false;
    this.#stream.resume();
    if (this.#leaderCode !== undefined) this.#drainThenFinish();
  }

  close(): void {
    this.#finish(null);
  }

  /** True: there is to be more. */
  #read(length: number): true {
    if (performance.now() < this.#drainUntil) this.#drain?.refresh();
    this.#listener(READ_BUFFER.subarray(0, length));
    return true;
  }

  #pump(wait: number): void {
    this.#retry = undefined;
    for (let next = this.#writes[0]; next !== undefined && this.#exit.reached === undefined; next = this.#writes[0]) {
      let written: number;
      try {
        written = next.bytes.length === 0 ? 0 : this.#tryWrite(next.bytes);
      } catch (error) {
        this.#writes.shift();
        next.reject(error instanceof Error ? error : new Error(String(error)));
        continue;
      }
      if (written > 0) wait = RETRY.first;
      if (written === next.bytes.length) {
        this.#writes.shift();
        next.resolve();
        continue;
      }
      next.bytes = next.bytes.subarray(written);
      this.#retry = setTimeout(() => this.#pump(Math.min(wait * 2, RETRY.longest)), wait);
      return;
    }
  }

  /** Bytes taken; none where the pty is full or its other side is gone, which reading will tell. */
  #tryWrite(bytes: Uint8Array): number {
    try {
      return writeSync(this.#fd, bytes);
    } catch (error) {
      if (error instanceof Error && "code" in error && (error.code === "EAGAIN" || error.code === "EIO")) return 0;
      throw error;
    }
  }

  /** While reading is paused the rest of the output waits in the pty, and so does the end. */
  #drainThenFinish(): void {
    if (this.#paused || this.#exit.reached !== undefined) return;
    if (this.#stream.destroyed) this.#finish(this.#leaderCode ?? null);
    else if (this.#drain === undefined) {
      this.#drainUntil = performance.now() + DRAIN.longest;
      this.#drain = setTimeout(() => this.#drained(), DRAIN.silence);
    }
  }

  #drained(): void {
    this.#drain = undefined;
    if (!this.#paused) this.#finish(this.#leaderCode ?? null);
  }

  #hungUp(): void {
    if (this.#exit.reached !== undefined) return;
    clearTimeout(this.#drain);
    if (this.#leaderCode !== undefined) this.#finish(this.#leaderCode);
    else this.#drain = setTimeout(() => this.#finish(this.#leaderCode ?? null), EXIT_CODE_WAIT);
  }

  /** The one place where everything is closed. */
  #finish(code: number | null): void {
    if (this.#exit.reached !== undefined) return;
    clearTimeout(this.#retry);
    clearTimeout(this.#drain);
    this.#unwatch();
    this.#stream.destroy();
    closeSync(this.#fd);
    for (const { reject } of this.#writes.splice(0)) reject(gone());
    this.#exit.reach(code);
  }
}

/** Throws SandboxError `bad-size`. */
export function assertSize(cols: number, rows: number): void {
  const fits = (value: number, least: number, most: number) => Number.isInteger(value) && value >= least && value <= most;
  if (fits(cols, MIN_COLS, MAX_COLS) && fits(rows, MIN_ROWS, MAX_ROWS)) return;
  throw new SandboxError(
    "bad-size",
    `A terminal of ${cols} columns and ${rows} rows is not possible: columns go from ${MIN_COLS} to ${MAX_COLS}, rows from ${MIN_ROWS} to ${MAX_ROWS}.`,
  );
}

function copyOf(fd: number): number {
  try {
    return call("fcntl F_DUPFD_CLOEXEC", fcntl, fd, F_DUPFD_CLOEXEC, "int", 0);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function gone(): Error {
  return new Error("The terminal has ended.");
}
