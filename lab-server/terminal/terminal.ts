/**
 * A terminal: a held pty, and those who look at it. Knows nothing of sockets. A viewer that is slow or gone costs the ring
 * and no more: the pty is read only as far as the fastest viewer has acknowledged. Who only looks on does not count there: the terminal is
 * neither faster nor slower for them.
 */
import { ACK_EVERY, HIGH_WATERMARK, INPUT_WINDOW } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import { GATHER, type HeldPty } from "./held-pty.ts";
import { ShellMarkScanner } from "./shell-marks.ts";

export type Size = { cols: number; rows: number };

export type TerminalViewer = {
  /**
   * Left out: the terminal's user, who acknowledges what was drawn. An onlooker acknowledges too, which holds up nobody else. A tap
   * acknowledges nothing: it gets all that its socket takes.
   */
  readonly role?: "onlooker" | "tap";
  /** Id of the page load; input is counted by it. */
  client: string;
  /** The next output bytes. They stay as they are; the viewer may keep them. */
  data(bytes: Uint8Array): void;
  /** Output between what this viewer got and `from` has left the ring; what follows starts at `from`. */
  gap(from: number): void;
  /** This client's input up to `offset` is written to the shell. */
  inputWritten(offset: number): void;
  /** Bytes that wait in the viewer's socket. */
  queued(): number;
};

/** A viewer gets nothing while more than this waits in its socket, bytes. Several terminals share a socket, and a quiet one should not stand behind a flood. */
const MAX_QUEUED = 256 * 1024;
/** Milliseconds between looks whether a full socket has drained. */
const RETRY = 4;
/** A viewer is sent at most this far beyond what it acknowledged, bytes: all that was read from the pty when it was paused. */
const WINDOW = HIGH_WATERMARK + GATHER.bytes;
const NEWLINE = 0x0a;
const ENTER = 0x0d;
/** What a terminal is taken for whose size nobody has told yet. */
const USUAL_SIZE: Size = { cols: 80, rows: 24 };

type View = {
  viewer: TerminalViewer;
  position: number;
  acknowledged: number;
};

export class Terminal {
  readonly #pty: HeldPty;
  readonly #views = new Map<TerminalViewer, View>();
  readonly #commandEndListeners: ((code: number | null) => void)[] = [];
  readonly #lineListeners: (() => void)[] = [];
  readonly #exitListeners: ((code: number | null) => void)[] = [];
  readonly #sizeListeners = new Set<(size: Size) => void>();
  #size: Size;
  #retry: NodeJS.Timeout | undefined;
  /** Whether the shell says that a command runs. */
  #isRunning = false;
  #exit: { code: number | null } | undefined;

  constructor(pty: HeldPty, size = USUAL_SIZE) {
    this.#pty = pty;
    this.#size = size;
    const scanner = new ShellMarkScanner((mark) => {
      this.#isRunning = mark.kind === "output-start";
      if (mark.kind === "command-end") for (const listener of this.#commandEndListeners) listener(mark.code);
    });
    pty.onOutput((bytes) => {
      for (const view of this.#views.values()) this.#send(view);
      scanner.push(bytes);
    });
    pty.onWritten((client) => {
      for (const viewer of this.#views.keys()) if (viewer.client === client) this.#tellInput(viewer);
    });
    pty.onExit((code) => this.#ended(code));
  }

  /** Output bytes so far. */
  get offset(): number {
    return this.#pty.ring.end;
  }

  get size(): Size {
    return this.#size;
  }

  /** Whether so much output waits to be taken that the pty is not read. */
  get isFull(): boolean {
    return this.#pty.ring.end - this.#pty.acknowledged > HIGH_WATERMARK;
  }

  /** Offset at which a line begins in the last `most` bytes of the output, or where they begin if there is none. */
  lineStart(most: number): number {
    const { ring } = this.#pty;
    const from = Math.max(ring.start, ring.end - most);
    if (from === ring.start) return from;
    const newline = ring.read(from, most).indexOf(NEWLINE);
    return newline < 0 ? from : from + newline + 1;
  }

  /** Host pid of the shell. */
  get pid(): number {
    return this.#pty.pid;
  }

  /**
   * Begins to send output to the viewer, from offset `from` or from the oldest byte kept. Bytes, and the
   * count of this client's input, follow from the next microtask on.
   * `gap`: not all from there on could be kept, or this terminal never got there (it is a new one); the first byte sent is at the returned `from`.
   */
  attach(viewer: TerminalViewer, from?: number): { from: number; gap: boolean } {
    const { start, end } = this.#pty.ring;
    const wanted = from ?? start;
    const gap = wanted < start || wanted > end;
    const position = gap ? start : wanted;
    const view = { viewer, position, acknowledged: position };
    this.#views.set(viewer, view);
    // What a viewer has got is acknowledged, also where the word of it was lost with its connection.
    if (from !== undefined && !gap && viewer.role === undefined) this.#pty.acknowledge(position);
    queueMicrotask(() => {
      this.#tellInput(viewer);
      this.#send(view);
    });
    return { from: position, gap };
  }

  detach(viewer: TerminalViewer): void {
    this.#views.delete(viewer);
  }

  /** The viewer has drawn everything up to `offset`. An offset that it was never sent is ignored. */
  ack(viewer: TerminalViewer, offset: number): void {
    const view = this.#views.get(viewer);
    if (view === undefined || offset <= view.acknowledged || offset > view.position) return;
    view.acknowledged = offset;
    if (viewer.role === undefined) this.#pty.acknowledge(offset);
    this.#send(view);
  }

  /**
   * Types bytes of a client into the shell. Throws Refusal, and takes nothing, if the client would have more than
   * INPUT_WINDOW unwritten: it did not wait for `inputWritten`.
   */
  input(client: string, bytes: Uint8Array): void {
    if (this.#exit !== undefined) return;
    const { arrived, written } = this.#pty.ledger.peek(client);
    if (arrived - written + bytes.length > INPUT_WINDOW)
      throw new Refusal("frame-too-large", "The shell does not read what is typed. Wait until it does, or press Ctrl+C.");
    this.#pty.input(client, arrived, bytes);
    if (this.#isRunning && bytes.includes(ENTER)) for (const listener of this.#lineListeners) listener();
  }

  /**
   * Whether this client has seen this terminal before; from now on it has. An offset of one that has not is of an earlier shell on the same
   * number, which ended while the client was away.
   */
  meet(client: string): boolean {
    return this.#pty.meet(client);
  }

  /** How many input bytes of this client have arrived. */
  inputOffset(client: string): number {
    return this.#pty.ledger.peek(client).arrived;
  }

  /** Throws SandboxError `bad-size`. */
  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    this.#size = { cols, rows };
    for (const listener of this.#sizeListeners) listener(this.#size);
  }

  /** It has another size now. Until what is returned is called. */
  onSize(listener: (size: Size) => void): () => void {
    this.#sizeListeners.add(listener);
    return () => this.#sizeListeners.delete(listener);
  }

  /** The shell says that a command has ended (OSC 133;D), with its exit code where it names one. */
  onCommandEnd(listener: (code: number | null) => void): void {
    this.#commandEndListeners.push(listener);
  }

  /**
   * Enter was pressed in a program that the shell runs. It may be a shell of its own that gives no marks, as in a chroot or in a container:
   * then a command has begun there.
   */
  onLine(listener: () => void): void {
    this.#lineListeners.push(listener);
  }

  /** The shell has ended and its viewers have got all of its output that their windows hold. */
  onExit(listener: (code: number | null) => void): void {
    if (this.#exit === undefined) this.#exitListeners.push(listener);
    else listener(this.#exit.code);
  }

  /** Ends the shell. */
  close(): void {
    this.#pty.close();
  }

  #tellInput(viewer: TerminalViewer): void {
    const { written } = this.#pty.ledger.peek(viewer.client);
    if (written > 0 && this.#views.has(viewer)) viewer.inputWritten(written);
  }

  /** Sends what the viewer's window and socket allow. */
  #send(view: View, maxQueued = MAX_QUEUED): void {
    if (!this.#views.has(view.viewer)) return;
    const { ring } = this.#pty;
    if (view.position < ring.start && !this.#skip(view, maxQueued)) return;
    // The viewer may leave while it is told something.
    while (view.position < ring.end && this.#views.get(view.viewer) === view) {
      const bytes = ring.read(
        view.position,
        view.viewer.role === "tap" ? GATHER.bytes : view.acknowledged + WINDOW - view.position,
      );
      if (bytes.length === 0) return;
      if (view.viewer.queued() > maxQueued) {
        this.#retrySoon();
        return;
      }
      view.position += bytes.length;
      view.viewer.data(bytes);
    }
  }

  /** Nobody tells when a socket drains. */
  #retrySoon(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      for (const view of this.#views.values()) this.#send(view);
    }, RETRY);
  }

  /** The viewer fell out of the ring: it goes on at the ring's start once it has drawn what it was sent, or its socket has. False until then. */
  #skip(view: View, maxQueued: number): boolean {
    if (view.viewer.role === "tap") {
      if (view.viewer.queued() > maxQueued) {
        this.#retrySoon();
        return false;
      }
    } else if (view.position - view.acknowledged >= ACK_EVERY) return false;
    view.position = this.#pty.ring.start;
    view.acknowledged = view.position;
    view.viewer.gap(view.position);
    return true;
  }

  #ended(code: number | null): void {
    clearTimeout(this.#retry);
    for (const view of this.#views.values()) this.#send(view, Number.POSITIVE_INFINITY);
    this.#exit = { code };
    for (const listener of this.#exitListeners.splice(0)) listener(code);
  }
}
