/** The moments that the learner can go back to: each is the facts right after something happened. */
import type { Facts, XrayEvent } from "../../lab-server/protocol.ts";

export type Moment = {
  /** Counts up; two moments may be of the same millisecond. */
  order: number;
  /** Milliseconds since the epoch, by the lab-server's clock. */
  at: number;
  facts: Facts;
  /** The facts one change earlier. */
  before: Facts | undefined;
  /** What happened; none in the moment from which looking began. */
  events: readonly XrayEvent[];
};

/** Most moments that are kept, and about how many bytes of memory they may take: the oldest go first. */
export const MOST_MOMENTS = 500;
export const MOST_MOMENT_BYTES = 32 * 1024 * 1024;
/** What a row takes about, bytes, and its place in a table. Rows that did not change are shared with the moment before. */
const ROW = 600;
const PLACE = 24;

export class History {
  #moments: readonly Moment[] = [];
  #sizes: number[] = [];
  #bytes = 0;

  /** Oldest first; a new array after each change. */
  get moments(): readonly Moment[] {
    return this.#moments;
  }

  clear(): void {
    this.#moments = [];
    this.#sizes = [];
    this.#bytes = 0;
  }

  add(moment: Moment): void {
    const earlier = this.#moments.at(-1)?.facts;
    const { facts, before } = moment;
    const size = before === undefined ? sizeOf(facts, earlier) : sizeOf(before, earlier) + sizeOf(facts, before);
    this.#sizes.push(size);
    this.#bytes += size;
    let drop = 0;
    while (this.#sizes.length > MOST_MOMENTS || (this.#bytes > MOST_MOMENT_BYTES && this.#sizes.length > 1)) {
      this.#bytes -= this.#sizes.shift() ?? 0;
      drop += 1;
    }
    this.#moments = [...this.#moments.slice(drop), moment];
  }

  /** The moment in which an event happened; undefined where it is not kept. */
  momentOf(event: number): Moment | undefined {
    return this.#moments.findLast(({ events }) => events.some(({ id }) => id === event));
  }
}

/** About how much memory facts take that they do not share with earlier ones, bytes. */
function sizeOf(facts: Facts, earlier: Facts | undefined): number {
  let size = 0;
  for (const table of TABLES) {
    const rows: Readonly<Record<string, unknown>> = facts[table];
    const earlierRows: Readonly<Record<string, unknown>> | undefined = earlier?.[table];
    if (rows === earlierRows) continue;
    for (const id in rows) size += rows[id] === earlierRows?.[id] ? PLACE : PLACE + ROW;
  }
  return size;
}

const TABLES = ["processes", "namespaces", "groups", "usage", "mounts", "overlays", "files", "interfaces"] as const;
