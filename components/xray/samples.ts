/** What groups used over time, for charts. */
import type { UsageFact } from "../../lab-server/protocol.ts";
import type { Sample } from "./view.ts";

/** Milliseconds between two samples of a group at least: 240 of them are a minute, or longer where little changes. */
export const SAMPLE_SPACING = 250;
export const MOST_SAMPLES = 240;
/** Most groups whose samples are kept; those that were quiet the longest go first. */
export const MOST_SAMPLED_GROUPS = 256;

const NONE: readonly Sample[] = [];

export class Samples {
  readonly #groups = new Map<string, readonly Sample[]>();

  clear(): void {
    this.#groups.clear();
  }

  add(at: number, usage: Readonly<Record<string, UsageFact>>): void {
    for (const [group, fact] of Object.entries(usage)) {
      const kept = this.#groups.get(group) ?? NONE;
      const crowded = at - (kept.at(-2)?.at ?? Number.NEGATIVE_INFINITY) < SAMPLE_SPACING;
      const room = crowded ? kept.slice(0, -1) : kept.slice(-(MOST_SAMPLES - 1));
      // Whoever is set again moves to the end of the map.
      this.#groups.delete(group);
      this.#groups.set(group, [...room, { at, usage: fact }]);
    }
    for (const group of this.#groups.keys()) {
      if (this.#groups.size <= MOST_SAMPLED_GROUPS) break;
      this.#groups.delete(group);
    }
  }

  /** Of one group, oldest first, until a moment. The same array as long as nothing is added. */
  of(group: string, until: number): readonly Sample[] {
    const kept = this.#groups.get(group) ?? NONE;
    const last = kept.at(-1);
    return last === undefined || last.at <= until ? kept : kept.filter(({ at }) => at <= until);
  }
}
