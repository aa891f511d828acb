/**
 * A pty with a memory: the last of its output, addressed by offset, and how much of each client's input has come. It is
 * what a lost connection is mended from, be it a page's to the lab-server or the lab-server's to the process that holds the
 * pty (lab-server/holder/). Who looks at it is Terminal's business.
 */
import { HIGH_WATERMARK, LOW_WATERMARK } from "../protocol.ts";
import type { Pty } from "../sandbox/driver.ts";
import { PtyExit } from "../sandbox/pty-exit.ts";
import { InputLedger } from "./input-ledger.ts";
import { OutputRing } from "./ring.ts";
import { Typing } from "./typing.ts";

export interface HeldPty {
  /** Host pid of the session leader. */
  readonly pid: number;
  /** The last output. Only to be read. */
  readonly ring: OutputRing;
  /** Only to be read. */
  readonly ledger: InputLedger;
  /** Offset up to which output is where it belongs. */
  readonly acknowledged: number;
  /** The next output bytes; they are in the ring already, and the listener's only until it returns. */
  onOutput(listener: (bytes: Uint8Array) => void): void;
  /** More of this client's input has been written to the shell; the ledger says how much. */
  onWritten(listener: (client: string) => void): void;
  /** The shell has ended, and its output has been told: the exit code, or null where it is not known or a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Output up to `offset` is where it belongs. The pty is read as far as HIGH_WATERMARK beyond that. */
  acknowledge(offset: number): void;
  /** Remembers the client. False where it was not known: it never saw this terminal. */
  meet(client: string): boolean;
  /** Input of a client, which begins at `offset` of all that it typed. What came before is not taken twice. */
  input(client: string, offset: number, bytes: Uint8Array): void;
  /** Throws SandboxError `bad-size`. */
  resize(cols: number, rows: number): void;
  /** Hangs up, and forgets it. */
  close(): void;
}

/** After output that followed silence, more is gathered for this long, milliseconds, or until there is a full chunk, bytes. */
export const GATHER = { time: 4, bytes: 64 * 1024 } as const;

/**
 * While somebody types at another terminal, output that goes on in pieces below so many bytes is not read for so many milliseconds, and gathers
 * in the kernel: to read a few bytes costs the processor what 4 KiB cost, which is the most that a pty gives at once, and the echo needs it.
 */
const REST = { below: 2 * 1024, time: 8 } as const;

/** One whose pty is in this process. */
export class LocalHeldPty implements HeldPty {
  readonly ring = new OutputRing();
  readonly ledger = new InputLedger();
  readonly #pty: Pty;
  readonly #typing: Typing;
  #onOutput: (bytes: Uint8Array) => void = () => {};
  #onWritten: (client: string) => void = () => {};
  readonly #exit = new PtyExit();
  #acknowledged = 0;
  /** Whether too much is unacknowledged, until it is little. */
  #isFull = false;
  #isReading = true;
  #rest: NodeJS.Timeout | undefined;
  #gathering: NodeJS.Timeout | undefined;
  /** Clients that are to hear how much of their input is written. */
  readonly #writers = new Set<string>();
  #telling: NodeJS.Timeout | undefined;
  /** Offset up to which output was told. */
  #told = 0;

  /** `typing`: of all the ptys that make way for each other. */
  constructor(pty: Pty, typing = new Typing()) {
    this.#pty = pty;
    this.#typing = typing;
    pty.onData((bytes) => {
      this.ring.append(bytes);
      if (bytes.length < REST.below && this.#gathering !== undefined && this.#typing.isBeside(this)) this.#restABit();
      this.#schedule();
      this.#regulate();
    });
    pty.onExit((code) => {
      clearTimeout(this.#gathering);
      clearTimeout(this.#rest);
      this.#tellWritten();
      this.#tell();
      this.#exit.reach(code);
    });
  }

  get pid(): number {
    return this.#pty.pid;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  get exit(): { code: number | null } | undefined {
    return this.#exit.reached;
  }

  /** Bytes that came before there was a listener are in the ring. Those that are told lie in the ring, and stay as they are. */
  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.#told = this.ring.end;
    this.#onOutput = listener;
  }

  onWritten(listener: (client: string) => void): void {
    this.#onWritten = listener;
  }

  onExit(listener: (code: number | null) => void): void {
    this.#exit.listen(listener);
  }

  acknowledge(offset: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, Math.min(offset, this.ring.end));
    this.#regulate();
  }

  meet(client: string): boolean {
    const isKnown = this.ledger.has(client);
    this.ledger.of(client);
    return isKnown;
  }

  input(client: string, offset: number, bytes: Uint8Array): void {
    if (this.#exit.reached !== undefined) return;
    // One that was forgotten among too many goes on where it says that it is.
    const account = this.ledger.of(client, offset);
    if (offset > account.arrived)
      throw new RangeError(`Input of a client goes on at ${offset}, and only ${account.arrived} bytes have come.`);
    const fresh = bytes.subarray(account.arrived - offset);
    if (fresh.length === 0) return;
    account.arrived += fresh.length;
    this.#typing.at(this);
    this.#pty.write(fresh).then(
      () => {
        account.written += fresh.length;
        this.#tellWrittenSoon(client);
      },
      // The terminal has ended, which its exit tells everyone.
      () => {},
    );
  }

  resize(cols: number, rows: number): void {
    this.#pty.resize(cols, rows);
  }

  close(): void {
    this.#pty.close();
  }

  /** Pauses or resumes reading. */
  #regulate(): void {
    const unacknowledged = this.ring.end - this.#acknowledged;
    this.#isFull = unacknowledged > (this.#isFull ? LOW_WATERMARK : HIGH_WATERMARK);
    const isReading = !this.#isFull && this.#rest === undefined;
    if (isReading === this.#isReading) return;
    this.#isReading = isReading;
    if (isReading) this.#pty.resume();
    else this.#pty.pause();
  }

  /** Output after silence is told at once, so that an echo does not wait; what follows is gathered. */
  #schedule(): void {
    if (this.#gathering !== undefined && this.ring.end - this.#told < GATHER.bytes) return;
    this.#tell();
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      if (this.#told < this.ring.end) this.#schedule();
    }, GATHER.time);
  }

  #restABit(): void {
    this.#rest ??= setTimeout(() => {
      this.#rest = undefined;
      this.#regulate();
    }, REST.time);
  }

  /** In a moment: nobody waits for it, and somebody waits for the echo. */
  #tellWrittenSoon(client: string): void {
    this.#writers.add(client);
    this.#telling ??= setTimeout(() => this.#tellWritten(), GATHER.time);
  }

  #tellWritten(): void {
    clearTimeout(this.#telling);
    this.#telling = undefined;
    for (const writer of this.#writers) this.#onWritten(writer);
    this.#writers.clear();
  }

  #tell(): void {
    while (this.#told < this.ring.end) {
      const bytes = this.ring.read(this.#told, GATHER.bytes);
      this.#told += bytes.length;
      this.#onOutput(bytes);
    }
  }
}
