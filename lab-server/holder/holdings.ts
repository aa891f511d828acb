/** What the holder holds. */
import type { LocalHeldPty } from "../terminal/held-pty.ts";
import { Typing } from "../terminal/typing.ts";

export type Holding = {
  handle: number;
  sandbox: string;
  terminal: number;
  pty: LocalHeldPty;
};

export class Holdings {
  readonly typing = new Typing();
  readonly #all = new Map<number, Holding>();
  #next = 1;

  /** Whether a shell still runs. */
  get hasShells(): boolean {
    return [...this.#all.values()].some(({ pty }) => pty.exit === undefined);
  }

  get all(): readonly Holding[] {
    return [...this.#all.values()];
  }

  get(handle: number): Holding | undefined {
    return this.#all.get(handle);
  }

  add(holding: Omit<Holding, "handle">): Holding {
    const added = { handle: this.#next++, ...holding };
    this.#all.set(added.handle, added);
    return added;
  }

  forget(handle: number): void {
    this.#all.delete(handle);
  }
}
