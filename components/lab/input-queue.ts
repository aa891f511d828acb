import { INPUT_WINDOW, MAX_CLIENT_FRAME } from "../../lab-server/protocol.ts";

/** Most input held for one terminal, bytes: far more than anybody types or pastes by intent. */
const MAX_HELD = 4 * 1024 * 1024;
/** A frame's first byte names the terminal. */
const MAX_PIECE = MAX_CLIENT_FRAME - 1;

/** Input of one terminal from the moment it is typed until the shell has it. Counts bytes as the lab-server does. */
export class InputQueue {
  /** Offset of the first held byte: all before it is confirmed. */
  #confirmed = 0;
  #sent = 0;
  #held: Uint8Array = new Uint8Array(0);

  /** False, and nothing is taken, if it would be too much to hold. */
  push(bytes: Uint8Array): boolean {
    if (this.#held.length + bytes.length > MAX_HELD) return false;
    const held = new Uint8Array(this.#held.length + bytes.length);
    held.set(this.#held);
    held.set(bytes, this.#held.length);
    this.#held = held;
    return true;
  }

  /** The next piece to send, if the window allows one. It counts as sent. */
  next(): Uint8Array | undefined {
    const from = this.#sent - this.#confirmed;
    const piece = this.#held.subarray(from, Math.min(INPUT_WINDOW, from + MAX_PIECE));
    if (piece.length === 0) return undefined;
    this.#sent += piece.length;
    return piece;
  }

  /** The shell has everything up to `offset`. */
  confirm(offset: number): void {
    if (offset <= this.#confirmed || offset > this.#confirmed + this.#held.length) return;
    this.#held = this.#held.slice(offset - this.#confirmed);
    this.#confirmed = offset;
    this.#sent = Math.max(this.#sent, offset);
  }

  /**
   * A connection begins, and the lab-server counts `arrived` bytes: what came after them is sent again. If it counts fewer than it
   * once confirmed, or more than was ever typed, the shell is another one, and what was meant for the old one is dropped.
   */
  resume(arrived: number): void {
    const isSameShell = arrived >= this.#confirmed && arrived <= this.#confirmed + this.#held.length;
    if (!isSameShell) {
      this.#held = new Uint8Array(0);
      this.#confirmed = arrived;
    }
    this.#sent = arrived;
  }
}
