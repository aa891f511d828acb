/** Who types at the terminals of this process, so that floods make way for them. */
import type { HeldPty } from "./held-pty.ts";

/** Milliseconds for which somebody who pressed a key counts as typing. */
const RECENTLY = 1_000;

export class Typing {
  #last: { pty: HeldPty; at: number } | undefined;
  /** When somebody typed last at another terminal than that of `#last`. */
  #elsewhere = Number.NEGATIVE_INFINITY;

  /** A key was pressed there. */
  at(pty: HeldPty): void {
    if (this.#last !== undefined && this.#last.pty !== pty) this.#elsewhere = this.#last.at;
    this.#last = { pty, at: performance.now() };
  }

  /** Whether somebody types at another terminal than this one. */
  isBeside(pty: HeldPty): boolean {
    const at = this.#last?.pty === pty ? this.#elsewhere : this.#last?.at;
    return at !== undefined && performance.now() - at < RECENTLY;
  }
}
