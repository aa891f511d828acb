/** A pty in the holder, as the lab-server has it: a copy of its memory that follows it. */
import { PtyExit } from "../sandbox/pty-exit.ts";
import { assertSize } from "../sandbox/runc/pty-master.ts";
import type { HeldPty } from "../terminal/held-pty.ts";
import { type InputAccount, InputLedger } from "../terminal/input-ledger.ts";
import { OutputRing } from "../terminal/ring.ts";
import type { Input, Output, ServerToHolder } from "./protocol.ts";

export type HolderLine = { say(message: ServerToHolder): void; type(input: Input): void };

export type Beginning = {
  handle: number;
  pid: number;
  /** Offset at which the output begins that follows. */
  start?: number;
  acknowledged?: number;
  clients?: Iterable<readonly [client: string, account: InputAccount]>;
};

export class RemoteHeldPty implements HeldPty {
  readonly pid: number;
  readonly ring: OutputRing;
  readonly ledger: InputLedger;
  readonly #handle: number;
  readonly #line: HolderLine;
  readonly #onGone: () => void;
  #onOutput: (bytes: Uint8Array) => void = () => {};
  #onWritten: (client: string) => void = () => {};
  readonly #exit = new PtyExit();
  #acknowledged: number;

  /** `onGone` is called once it has ended and is forgotten by the holder. */
  constructor({ handle, pid, start = 0, acknowledged = 0, clients = [] }: Beginning, line: HolderLine, onGone: () => void) {
    this.pid = pid;
    this.ring = new OutputRing(start);
    this.ledger = new InputLedger(clients);
    this.#acknowledged = acknowledged;
    this.#handle = handle;
    this.#line = line;
    this.#onGone = onGone;
  }

  get acknowledged(): number {
    return this.#acknowledged;
  }

  onOutput(listener: (bytes: Uint8Array) => void): void {
    this.#onOutput = listener;
  }

  onWritten(listener: (client: string) => void): void {
    this.#onWritten = listener;
  }

  onExit(listener: (code: number | null) => void): void {
    this.#exit.listen(listener);
  }

  acknowledge(offset: number): void {
    this.#acknowledged = Math.max(this.#acknowledged, offset);
    this.#say({ type: "acknowledge", handle: this.#handle, offset });
  }

  meet(client: string): boolean {
    const isKnown = this.ledger.has(client);
    this.ledger.of(client);
    this.#say({ type: "meet", handle: this.#handle, client });
    return isKnown;
  }

  input(client: string, offset: number, bytes: Uint8Array): void {
    if (this.#exit.reached !== undefined) return;
    this.ledger.of(client, offset).arrived = offset + bytes.length;
    this.#line.type({ handle: this.#handle, client, offset, bytes });
  }

  resize(cols: number, rows: number): void {
    assertSize(cols, rows);
    this.#say({ type: "resize", handle: this.#handle, cols, rows });
  }

  close(): void {
    this.#say({ type: "close", handle: this.#handle });
  }

  /** The holder says: more output. */
  output({ offset, bytes }: Omit<Output, "handle">): void {
    if (offset !== this.ring.end) throw new Error(`The holder's output goes on at ${offset}, and ${this.ring.end} was the end.`);
    this.ring.append(bytes);
    this.#onOutput(bytes);
  }

  /** The holder says: this client's input is written up to `offset`. */
  written(client: string, offset: number): void {
    this.ledger.of(client, offset).written = offset;
    this.#onWritten(client);
  }

  /** The holder says that the shell has ended, or is gone itself. */
  exited(code: number | null): void {
    if (this.#exit.reached !== undefined) return;
    this.close();
    this.#onGone();
    this.#exit.reach(code);
  }

  #say(message: ServerToHolder): void {
    if (this.#exit.reached === undefined) this.#line.say(message);
  }
}
