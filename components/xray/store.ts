/**
 * What the page knows of the X-ray, and which moment of it is looked at. No React in it: `subscribe` and `getSnapshot` suit
 * useSyncExternalStore. Nothing in a snapshot ever changes; what did not change from one to the next is the same object.
 */
import {
  applyChange,
  type Facts,
  MOST_EVENTS,
  type RawFile,
  type Reference,
  type ServerMessage,
  type Watch,
  type XrayEvent,
} from "../../lab-server/protocol.ts";
import { History, type Moment } from "./history.ts";
import { Samples } from "./samples.ts";
import type { Sample } from "./view.ts";

type XrayMessage = Extract<ServerMessage, { type: "xray.facts" | "xray.change" | "xray.raw" }>;

export type XraySnapshot = {
  /** What is drawn: the present, or the moment that the learner went back to. Undefined until the first facts are here. */
  readonly shown: Moment | undefined;
  /** Whether `shown` is the present. */
  readonly live: boolean;
  /** When the present is, by the lab-server's clock. */
  readonly now: number;
  /** Moments before and after the one that is shown. */
  readonly earlier: number;
  readonly later: number;
  /** What happened, oldest first, also before this page began to look. */
  readonly events: readonly XrayEvent[];
  /** How soon this host tells what happens. */
  readonly watch: Watch | undefined;
  /** The answer to the last question for files, and what it was about. */
  readonly raw: { of: Reference; files: readonly RawFile[] } | undefined;
};

const EMPTY: XraySnapshot = {
  shown: undefined,
  live: true,
  now: 0,
  earlier: 0,
  later: 0,
  events: [],
  watch: undefined,
  raw: undefined,
};

export class XrayStore {
  readonly #listeners = new Set<() => void>();
  readonly #history = new History();
  readonly #samples = new Samples();
  #present: Moment | undefined;
  #paused: Moment | undefined;
  #snapshot = EMPTY;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  getSnapshot = (): XraySnapshot => this.#snapshot;

  receive(message: XrayMessage): void {
    switch (message.type) {
      case "xray.facts":
        this.#begin(message.at, message.facts);
        this.#set({ events: message.events.slice(-MOST_EVENTS), watch: message.watch, raw: undefined });
        break;
      case "xray.change":
        this.#change(message);
        break;
      case "xray.raw":
        this.#set({ raw: { of: message.of, files: message.files } });
        break;
    }
  }

  /** Stays at the present moment while the sandbox goes on. */
  pause(): void {
    this.#show(this.#paused ?? this.#present);
  }

  /** Back to the present. */
  resume(): void {
    this.#show(undefined);
  }

  /** To the moment in which something happened before (-1) or after (1) the one that is shown. Past the last one lies the present. */
  step(direction: -1 | 1): void {
    const { moments } = this.#history;
    const shown = this.#paused ?? this.#present;
    if (shown === undefined) return;
    if (direction === -1) this.#show(moments.findLast(({ order }) => order < shown.order) ?? this.#paused);
    else this.#show(moments.find(({ order }) => order > shown.order));
  }

  /** To the moment in which an event happened. False where that is not kept: before this page looked, or too long ago. */
  goTo(event: number): boolean {
    const moment = this.#history.momentOf(event);
    if (moment !== undefined) this.#show(moment);
    return moment !== undefined;
  }

  canGoTo = (event: number): boolean => this.#history.momentOf(event) !== undefined;

  /** What a group used until a moment, oldest first. */
  samples(group: string, until: number): readonly Sample[] {
    return this.#samples.of(group, until);
  }

  #begin(at: number, facts: Facts): void {
    this.#history.clear();
    this.#samples.clear();
    this.#paused = undefined;
    this.#present = { order: 0, at, facts, before: undefined, events: [] };
    this.#history.add(this.#present);
    this.#samples.add(at, facts.usage);
  }

  #change({ at, change, events }: Extract<XrayMessage, { type: "xray.change" }>): void {
    const before = this.#present;
    // A change of facts that this page never had: those are on their way.
    if (before === undefined) return;
    // The clock of the lab-server may be set back; moments stay in order.
    const moment: Moment = {
      order: before.order + 1,
      at: Math.max(at, before.at),
      facts: applyChange(before.facts, change),
      before: before.facts,
      events,
    };
    this.#present = moment;
    if (events.length > 0) this.#history.add(moment);
    if (change.usage !== undefined) this.#samples.add(moment.at, change.usage.set);
    this.#set(events.length > 0 ? { events: [...this.#snapshot.events, ...events].slice(-MOST_EVENTS) } : {});
  }

  #show(moment: Moment | undefined): void {
    this.#paused = moment;
    this.#set({});
  }

  #set(change: Partial<XraySnapshot>): void {
    const shown = this.#paused ?? this.#present;
    const { moments } = this.#history;
    this.#snapshot = {
      ...this.#snapshot,
      ...change,
      shown,
      live: this.#paused === undefined,
      now: this.#present?.at ?? 0,
      earlier: shown === undefined ? 0 : moments.filter(({ order }) => order < shown.order).length,
      later: shown === undefined ? 0 : moments.filter(({ order }) => order > shown.order).length,
    };
    for (const listener of this.#listeners) listener();
  }
}
