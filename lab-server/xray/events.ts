/**
 * What happened between two readings, a line each, in the timeline's words: present or just past, no more than was seen. Each part of the
 * sandbox has its own file in events/; this one gives the lines their numbers and keeps the latest.
 */
import { CounterStory, groupEvents, memberEvents } from "./events/groups.ts";
import { fileEvents, mountEvents } from "./events/mounts.ts";
import { networkEvents } from "./events/network.ts";
import { namespaceEvents, processEvents } from "./events/processes.ts";
import type { Draft } from "./events/words.ts";
import { type EventKind, type Facts, LONGEST_NAME, MOST_EVENTS, type XrayEvent } from "./facts.ts";

/** Most lines of one kind that one reading gives: a script that makes 200 files is told by a few and a count. */
const MOST_OF_A_KIND = 12;

export class Timeline {
  /** The latest, oldest first. */
  readonly kept: XrayEvent[] = [];
  readonly #counters = new CounterStory();
  #next: number;

  /** `next` is the number of the first event. */
  constructor(next: number) {
    this.#next = next;
  }

  get next(): number {
    return this.#next;
  }

  /** Adds what happened between `before` and `after`, and returns it. `also` is what is known besides, which comes first. */
  add(before: Facts, after: Facts, at: number, { also = [], killed = NOBODY }: Besides = {}): XrayEvent[] {
    const moments = { before, after };
    const drafts = [
      ...also,
      ...groupEvents(moments),
      ...namespaceEvents(moments),
      ...processEvents(moments),
      ...memberEvents(moments),
      ...mountEvents(moments),
      ...fileEvents(moments),
      ...networkEvents(moments),
      ...this.#counters.events(moments, at, killed),
    ];
    const events = few(drafts.sort((one, other) => rank(one) - rank(other))).map(
      (draft): XrayEvent => ({ id: this.#next++, at, ...draft, text: short(draft.text) }),
    );
    this.kept.push(...events);
    if (this.kept.length > MOST_EVENTS) this.kept.splice(0, this.kept.length - MOST_EVENTS);
    return events;
  }
}

const NOBODY: ReadonlySet<number> = new Set();

type Besides = {
  also?: readonly Draft[];
  /** Host pids of processes that are known to have ended by SIGKILL. */
  killed?: ReadonlySet<number>;
};

/** Within one reading nobody knows what came first: what ended makes room for what began. */
function rank({ kind }: Draft): number {
  return kind === "limit-reached" ? 0 : kind === "oom-kill" ? 1 : ENDS.has(kind) ? 2 : 3;
}
const ENDS: ReadonlySet<EventKind> = new Set([
  "process-ended",
  "namespace-gone",
  "group-gone",
  "unmounted",
  "address-gone",
  "interface-gone",
]);

function few(drafts: readonly Draft[]): Draft[] {
  const counts = new Map<EventKind, number>();
  const kept = drafts.filter(({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count <= MOST_OF_A_KIND;
  });
  for (const [kind, count] of counts) {
    const more = count - MOST_OF_A_KIND;
    if (more > 0) kept.push({ kind, text: `and ${more} more at the same time (${kind.replaceAll("-", " ")})`, about: [] });
  }
  return kept;
}

/** Names are cut already, but a line may hold several. */
function short(text: string): string {
  return text.length > 2 * LONGEST_NAME ? `${text.slice(0, 2 * LONGEST_NAME - 1)}…` : text;
}
