/** Ids for what a learner named: what can be shown of two different names may be the same. */
import { LONGEST_NAME } from "../facts.ts";
import { visibleBytes } from "./name.ts";

/** Room for "~" and a number. */
const ROOM = 8;

export class UniqueNames {
  /** By the name's bytes as Latin-1. */
  readonly #ids = new Map<string, string>();
  readonly #names = new Map<string, string>();

  /** The same id as long as the name is kept: its visible form, with "~2" and so on where another has that. */
  of(name: string): string {
    const known = this.#ids.get(name);
    if (known !== undefined) return known;
    const shown = visibleBytes(name);
    let id = shown;
    for (let number = 2; this.#names.has(id); number++) id = `${shown.slice(0, LONGEST_NAME - ROOM)}~${number}`;
    this.#ids.set(name, id);
    this.#names.set(id, name);
    return id;
  }

  /** The name of an id that was given. */
  named(id: string): string | undefined {
    return this.#names.get(id);
  }

  /** Gives the ids of all other names back. */
  keep(names: ReadonlySet<string>): void {
    for (const [name, id] of this.#ids) {
      if (names.has(name)) continue;
      this.#ids.delete(name);
      this.#names.delete(id);
    }
  }
}
