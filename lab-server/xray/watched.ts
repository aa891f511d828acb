/** One sandbox that is looked at: what was seen of it last, what happened in it, and what the pages are to hear of that. */

import type { ServerMessage } from "../protocol.ts";
import { differ } from "./differ.ts";
import { shortLives } from "./events/processes.ts";
import { Timeline } from "./events.ts";
import { type Change, type Facts, MOST_ROWS, type Watch } from "./facts.ts";
import type { SandboxReader } from "./pass.ts";
import type { Happened, Ran } from "./process-watch.ts";

/** Milliseconds between messages that have only new amounts for meters and charts. */
const AMOUNTS = 200;
const MOST_SEEN = 8 * MOST_ROWS.processes;

export class Watched {
  readonly #reader: SandboxReader;
  readonly #timeline: Timeline;
  #facts: Facts | undefined;
  #toldAt = 0;
  /** Processes that were in a reading, by host pid and with their names then, whose end the kernel has not told of yet. */
  #seen = new Map<number, string>();

  constructor(reader: SandboxReader, nextEvent: number) {
    this.#reader = reader;
    this.#timeline = new Timeline(nextEvent);
  }

  get facts(): Facts | undefined {
    return this.#facts;
  }

  get nextEvent(): number {
    return this.#timeline.next;
  }

  /**
   * Reads the sandbox, all of it where `whole`. `happened` gives what the kernel told since the last reading. Returns what the pages are to
   * hear of it, if anything. Throws where it cannot be read.
   */
  read(watch: Watch, whole: boolean, happened: () => Happened): ServerMessage | undefined {
    const read = this.#reader.read(whole);
    const at = Date.now();
    const before = this.#facts;
    if (!before) {
      this.#facts = read;
      for (const { pid, comm } of Object.values(read.processes)) this.#seen.set(pid, comm);
      return this.everything(watch);
    }
    const { facts, change = {} } = differ(before, read);
    const { ran, killed } = happened();
    this.#see(change);
    const also = shortLives(this.#unseen(ran), { before, after: facts });
    if (also.length === 0 && isOnlyAmounts(change, before) && (isNothing(change) || at - this.#toldAt < AMOUNTS))
      return undefined;
    const events = this.#timeline.add(before, facts, at, { also, killed });
    this.#facts = facts;
    this.#toldAt = at;
    return { type: "xray.change", at, change, events };
  }

  #see({ processes }: Change): void {
    for (const { pid, comm } of Object.values(processes?.set ?? {})) this.#seen.set(pid, comm);
    // Where the kernel tells nothing they are never taken out.
    if (this.#seen.size > MOST_SEEN)
      this.#seen = new Map(Object.values(this.#facts?.processes ?? {}).map(({ pid, comm }) => [pid, comm]));
  }

  /** Those that no reading saw, or only before it became this program. The kernel may tell of its end a moment after it was seen to be gone. */
  #unseen(ran: readonly Ran[]): Ran[] {
    return ran.filter(({ pid, comm }) => {
      const seen = this.#seen.get(pid);
      this.#seen.delete(pid);
      return seen !== comm;
    });
  }

  /** All that there is to see; undefined before the first reading. */
  everything(watch: Watch): ServerMessage | undefined {
    if (!this.#facts) return undefined;
    return { type: "xray.facts", at: Date.now(), facts: this.#facts, events: this.#timeline.kept, watch };
  }
}

/** Whether nothing but usage changed, and no counter rose that tells of an event. */
function isOnlyAmounts({ usage = { set: {}, gone: [] }, ...rest }: Change, before: Facts): boolean {
  if (!isNothing(rest) || usage.gone.length > 0) return false;
  return Object.entries(usage.set).every(([path, { memory, cpu, pids }]) => {
    const old = before.usage[path];
    return (
      old !== undefined &&
      memory?.reached === old.memory?.reached &&
      memory?.oomKills === old.memory?.oomKills &&
      cpu?.throttledPeriods === old.cpu?.throttledPeriods &&
      pids?.refused === old.pids?.refused
    );
  });
}

function isNothing(change: Change): boolean {
  return Object.keys(change).length === 0;
}
