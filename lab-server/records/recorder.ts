/**
 * Records what a learner's terminals show while they are in a class that records: for each task what came since the one before it was
 * done. It looks on and never holds a terminal up. Keys are not recorded: a password that is not echoed is in no recording.
 */
import type { Owner } from "../sandbox/sandbox.ts";
import type { Terminal, TerminalViewer } from "../terminal/terminal.ts";
import type { Spool, SpooledCast } from "./spool.ts";

/** Bytes of the recordings of one task, all terminals together. */
const LARGEST = 2 * 1024 * 1024;
/** Bytes of a terminal's latest output with which the next task's recording begins: the lines that still stand there. */
const TAIL = 8 * 1024;
const LONGEST_MARK = 200;
/** Full reset (ECMA-48's RIS): another shell has begun in the terminal. */
const RESET = "\x1bc";
const NEWLINE = 0x0a;

/** `cast`: the recording that goes on, once there is something in it. */
type Tap = {
  class: string;
  number: number;
  terminal: Terminal;
  tail: Tail;
  cast: SpooledCast | undefined;
  decoder: TextDecoder;
  stop: () => void;
};

export class Recorder {
  readonly #spool: Spool;
  readonly #owner: Owner;
  /** The class that records; undefined where none does, null until that is known. */
  #class: string | undefined | null = null;
  #step: string | null = null;
  readonly #terminals = new Map<number, { terminal: Terminal; isNew: boolean }>();
  readonly #taps = new Map<number, Tap>();
  #left = LARGEST;

  constructor(spool: Spool, owner: Owner) {
    this.#spool = spool;
    this.#owner = owner;
  }

  /** The learner's class, if it records. */
  classIs(id: string | undefined): void {
    if (id === this.#class) return;
    const wasKnown = this.#class !== null;
    this.cut();
    this.#release();
    this.#class = id;
    if (id === undefined) return;
    // Where the class has recorded from the start, so has it what new terminals have shown meanwhile; else nothing from before counts.
    for (const [number, { terminal, isNew }] of this.#terminals) this.#tap(id, number, terminal, isNew && !wasKnown);
  }

  /** The task before the learner. Null: all are done, and nothing is recorded. */
  stepIs(task: string | null): void {
    this.#step = task;
  }

  /** A terminal is there. `isNew`: it has just begun. */
  watch(number: number, terminal: Terminal, isNew: boolean): void {
    const entry = { terminal, isNew };
    this.#terminals.set(number, entry);
    terminal.onExit(() => {
      if (this.#terminals.get(number) === entry) this.#terminals.delete(number);
    });
    if (typeof this.#class === "string") this.#tap(this.#class, number, terminal, isNew);
  }

  /** The sandbox is gone, and its terminals with it. */
  leave(): void {
    this.cut();
    this.#release();
    this.#terminals.clear();
  }

  /** Says in the recordings what happens now. */
  mark(label: string): void {
    for (const { cast } of this.#taps.values())
      if (cast && this.#left > 0) this.#spend(cast.add("m", label.slice(0, LONGEST_MARK)));
  }

  /** The recordings so far are over. `task`: what they are of, else the task before the learner. */
  cut(task: string | undefined = this.#step ?? undefined): void {
    this.#left = LARGEST;
    for (const tap of this.#taps.values()) {
      if (tap.cast) this.#spool.end(tap.cast, task);
      tap.cast = undefined;
    }
  }

  #release(): void {
    for (const tap of this.#taps.values()) tap.stop();
    this.#taps.clear();
  }

  #tap(id: string, number: number, terminal: Terminal, fromBeginning: boolean): void {
    const before = this.#taps.get(number);
    before?.stop();
    const tap: Tap = {
      class: id,
      number,
      terminal,
      tail: new Tail(),
      cast: before?.cast,
      decoder: new TextDecoder(),
      stop: () => {},
    };
    this.#taps.set(number, tap);
    if (tap.cast) {
      this.#spend(tap.cast.add("o", RESET));
      this.#spend(tap.cast.add("r", sizeOf(terminal)));
    }
    const viewer: TerminalViewer = {
      role: "tap",
      client: "recorder",
      data: (bytes) => this.#record(tap, bytes),
      gap: () => {},
      inputWritten: () => {},
      queued: () => 0,
    };
    terminal.attach(viewer, fromBeginning ? undefined : terminal.offset);
    const stopSizes = terminal.onSize(() => {
      if (tap.cast && this.#left > 0) this.#spend(tap.cast.add("r", sizeOf(terminal)));
    });
    tap.stop = () => {
      stopSizes();
      terminal.detach(viewer);
    };
  }

  #record(tap: Tap, bytes: Uint8Array): void {
    if (this.#left > 0 && this.#step !== null) {
      tap.cast ??= this.#begin(tap, this.#step);
      const room = bytes.subarray(0, this.#left);
      const text = tap.decoder.decode(room, { stream: true });
      if (text !== "") this.#spend(tap.cast.add("o", text));
    }
    tap.tail.push(bytes);
  }

  #begin(tap: Tap, task: string): SpooledCast {
    const subject = { ...this.#owner, class: tap.class, task, terminal: tap.number, startedAt: Date.now() };
    const cast = this.#spool.begin(subject, tap.terminal.size);
    // Its decoder goes on with what the tail may have of a character.
    tap.decoder = new TextDecoder();
    const standing = tap.decoder.decode(tap.tail.lines(), { stream: true });
    if (standing !== "") cast.add("o", standing, true);
    return cast;
  }

  #spend(bytes: number): void {
    if (this.#left <= 0) return;
    this.#left -= bytes;
    if (this.#left > 0) return;
    for (const { cast } of this.#taps.values()) cast?.add("m", "Cut here: the recording of the task is full");
  }
}

/** The last output of a terminal. The chunks are views of its ring. */
class Tail {
  #chunks: Uint8Array[] = [];
  #length = 0;

  push(bytes: Uint8Array): void {
    this.#chunks.push(bytes);
    this.#length += bytes.length;
    for (let first = this.#chunks[0]; first && this.#length - first.length >= TAIL; first = this.#chunks[0]) {
      this.#length -= first.length;
      this.#chunks.shift();
    }
  }

  /** From the beginning of a line on, if there is one. */
  lines(): Uint8Array {
    const all = Buffer.concat(this.#chunks);
    if (all.length <= TAIL) return all;
    const last = all.subarray(all.length - TAIL);
    return last.subarray(last.indexOf(NEWLINE) + 1);
  }
}

function sizeOf({ size: { cols, rows } }: Terminal): string {
  return `${cols}x${rows}`;
}
