/**
 * A terminal: a shell's pty, its last output, and those who look at it. Knows nothing of sockets. A viewer that is
 * slow or gone costs the ring and no more: the pty is read only as far as the fastest viewer has acknowledged.
 */
import { ACK_EVERY, HIGH_WATERMARK, INPUT_WINDOW, LOW_WATERMARK } from "../protocol.ts";
import { Refusal } from "../refusal.ts";
import type { Pty } from "../sandbox/driver.ts";
import { InputLedger } from "./input-ledger.ts";
import { OutputRing } from "./ring.ts";
import { ShellMarkScanner } from "./shell-marks.ts";

export type TerminalViewer = {
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

/** After output that followed silence, more is gathered for this long, milliseconds, or until there is a full chunk, bytes. */
const GATHER = { time: 4, bytes: 64 * 1024 };
/** A viewer gets nothing while more than this waits in its socket, bytes. Several terminals share a socket, and a quiet one should not stand behind a flood. */
const MAX_QUEUED = 256 * 1024;
/** A viewer is sent at most this far beyond what it acknowledged, bytes: all that was read from the pty when it was paused. */
const WINDOW = HIGH_WATERMARK + GATHER.bytes;

type View = {
  viewer: TerminalViewer;
  position: number;
  acknowledged: number;
  /** It waits for its socket to drain, of which nobody tells. */
  isBlocked: boolean;
};

export class Terminal {
  readonly #pty: Pty;
  readonly #ring = new OutputRing();
  readonly #ledger = new InputLedger();
  readonly #views = new Map<TerminalViewer, View>();
  readonly #commandEndListeners: ((code: number | null) => void)[] = [];
  readonly #exitListeners: ((code: number | null) => void)[] = [];
  /** The furthest that any viewer has acknowledged. */
  #acknowledged = 0;
  #paused = false;
  #gathering: NodeJS.Timeout | undefined;
  /** Offset up to which output was offered to the viewers. */
  #flushed = 0;
  #exit: { code: number | null } | undefined;

  constructor(pty: Pty) {
    this.#pty = pty;
    const scanner = new ShellMarkScanner((mark) => {
      if (mark.kind === "command-end") for (const listener of this.#commandEndListeners) listener(mark.code);
    });
    pty.onData((bytes) => {
      this.#ring.append(bytes);
      this.#regulate();
      this.#schedule();
      scanner.push(bytes);
    });
    pty.onExit((code) => this.#ended(code));
  }

  /** Output bytes so far. */
  get offset(): number {
    return this.#ring.end;
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
    const wanted = from ?? this.#ring.start;
    const gap = wanted < this.#ring.start || wanted > this.#ring.end;
    const position = gap ? this.#ring.start : wanted;
    const view = { viewer, position, acknowledged: position, isBlocked: false };
    this.#views.set(viewer, view);
    // What a viewer has got is acknowledged, also where the word of it was lost with its connection.
    if (from !== undefined && !gap) this.#acknowledgedUpTo(position);
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
    this.#acknowledgedUpTo(offset);
    this.#send(view);
  }

  /**
   * Types bytes of a client into the shell. Throws Refusal, and takes nothing, if the client would have more than
   * INPUT_WINDOW unwritten: it did not wait for `inputWritten`.
   */
  input(client: string, bytes: Uint8Array): void {
    if (this.#exit !== undefined) return;
    const account = this.#ledger.of(client);
    if (account.arrived - account.written + bytes.length > INPUT_WINDOW)
      throw new Refusal("frame-too-large", "The shell does not read what is typed. Wait until it does, or press Ctrl+C.");
    account.arrived += bytes.length;
    this.#pty.write(bytes).then(
      () => {
        account.written += bytes.length;
        for (const viewer of this.#views.keys()) if (viewer.client === client) this.#tellInput(viewer);
      },
      // The terminal has ended, which its exit tells everyone.
      () => {},
    );
  }

  /** How many input bytes of this client have arrived. */
  inputOffset(client: string): number {
    return this.#ledger.peek(client).arrived;
  }

  /** Throws SandboxError `bad-size`. */
  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
  }

  /** The shell says that a command has ended (OSC 133;D), with its exit code where it names one. */
  onCommandEnd(listener: (code: number | null) => void): void {
    this.#commandEndListeners.push(listener);
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
    const { written } = this.#ledger.peek(viewer.client);
    if (written > 0 && this.#views.has(viewer)) viewer.inputWritten(written);
  }

  #acknowledgedUpTo(offset: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, offset);
    this.#regulate();
  }

  /** Pauses or resumes reading by how much is unacknowledged. */
  #regulate(): void {
    const unacknowledged = this.#ring.end - this.#acknowledged;
    if (!this.#paused && unacknowledged > HIGH_WATERMARK) {
      this.#paused = true;
      this.#pty.pause();
    } else if (this.#paused && unacknowledged < LOW_WATERMARK) {
      this.#paused = false;
      this.#pty.resume();
    }
  }

  /** Output after silence goes out at once, so that an echo does not wait; what follows is gathered. */
  #schedule(): void {
    if (this.#gathering === undefined || this.#ring.end - this.#flushed >= GATHER.bytes) this.#flush();
  }

  #flush(): void {
    this.#flushed = this.#ring.end;
    for (const view of this.#views.values()) this.#send(view);
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      const isBlocked = [...this.#views.values()].some((view) => view.isBlocked);
      if (isBlocked || this.#flushed < this.#ring.end) this.#flush();
    }, GATHER.time);
  }

  /** Sends what the viewer's window and socket allow. */
  #send(view: View, maxQueued = MAX_QUEUED): void {
    if (!this.#views.has(view.viewer)) return;
    if (view.position < this.#ring.start && !this.#skip(view)) return;
    view.isBlocked = false;
    while (view.position < this.#ring.end) {
      const bytes = this.#ring.read(view.position, view.acknowledged + WINDOW - view.position);
      if (bytes.length === 0) return;
      if (view.viewer.queued() > maxQueued) {
        view.isBlocked = true;
        return;
      }
      view.position += bytes.length;
      view.viewer.data(bytes);
    }
  }

  /** The viewer fell out of the ring: it goes on at the ring's start once it has drawn what it was sent. False until then. */
  #skip(view: View): boolean {
    if (view.position - view.acknowledged >= ACK_EVERY) return false;
    view.position = this.#ring.start;
    view.acknowledged = view.position;
    view.viewer.gap(view.position);
    return true;
  }

  #ended(code: number | null): void {
    clearTimeout(this.#gathering);
    for (const view of this.#views.values()) this.#send(view, Number.POSITIVE_INFINITY);
    this.#exit = { code };
    for (const listener of this.#exitListeners.splice(0)) listener(code);
  }
}
