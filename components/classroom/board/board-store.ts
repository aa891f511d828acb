/**
 * What the board knows and shows, outside React. Changes come in as often as the lab-server likes; what is drawn is worked out again at
 * most ten times a second, and a row that looks the same stays the same object. `subscribe` and the getters suit useSyncExternalStore.
 */
import type { BoardLearner, BoardLesson } from "../../../lab-server/staff/wire.ts";
import type { StaffNews } from "../staff-connection.ts";
import { inOrder, isShown, type Show, type Sort } from "./order.ts";
import { looksTheSame, type RowView, rowView } from "./row.ts";
import { stuck } from "./stuck.ts";
import { medians, shareDone, type Tally, type TaskTally, tallyOf, taskTallies } from "./tally.ts";

/** Milliseconds between two drawings, and between two looks at the clock. */
const DRAW_AFTER = 100;
const CLOCK_BEAT = 5_000;
/** Milliseconds that the order stays after a hand was on the grid: nothing moves away under a pointer. */
const HOLD = 3_000;

/** What the instructor chose to see. */
export type View = { lesson: string | undefined; sort: Sort; show: Show; find: string };

/** Everything around the rows. A new object whenever something of it looks different. */
export type Head = {
  className: string;
  lessons: readonly BoardLesson[];
  /** Share of each lesson that is done, by slug. */
  shares: ReadonlyMap<string, number>;
  /** The lesson that the rows show: the one chosen, or the first that is open. */
  lesson: BoardLesson | undefined;
  tally: Tally;
  tasks: readonly TaskTally[];
  demonstration: { from: string } | null;
};

type News = Extract<StaffNews, { type: "board" | "board.change" }>;

export class BoardStore {
  readonly #listeners = new Set<() => void>();
  #learners = new Map<string, BoardLearner>();
  #lessons: readonly BoardLesson[] = [];
  #className = "";
  #demonstration: Head["demonstration"] = null;
  #view: View = { lesson: undefined, sort: "help", show: "all", find: "" };
  /** The lab-server's clock minus this browser's, milliseconds. */
  #skew = 0;

  #rows = new Map<string, RowView>();
  #medians = new Map<string, ReadonlyMap<string, number>>();
  #shares: ReadonlyMap<string, number> = new Map();
  #head: Head | undefined;
  #order: readonly string[] = [];
  #queue: readonly string[] = [];
  #dirty = new Set<string>();
  #isAllDirty = true;
  #heldUntil = 0;
  #release: ReturnType<typeof setTimeout> | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #clock: ReturnType<typeof setInterval> | undefined;

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Undefined until the lab-server has said something. */
  head = (): Head | undefined => this.#head;
  /** Ids of the learners that are shown, in order. */
  order = (): readonly string[] => this.#order;
  /** Ids of the learners whose hand is up, whoever raised it first being first. */
  queue = (): readonly string[] => this.#queue;
  row = (learner: string): RowView | undefined => this.#rows.get(learner);
  learner = (learner: string): BoardLearner | undefined => this.#learners.get(learner);
  /** The lab-server's clock, milliseconds since the epoch. */
  now = (): number => Date.now() + this.#skew;

  /** Time goes on from here, until the function that it returns is called. */
  start(): () => void {
    this.#clock = setInterval(() => {
      this.#isAllDirty = true;
      this.#drawSoon();
    }, CLOCK_BEAT);
    return () => {
      clearInterval(this.#clock);
      clearTimeout(this.#drawing);
      clearTimeout(this.#release);
      this.#drawing = undefined;
      this.#release = undefined;
    };
  }

  apply(news: News): void {
    this.#skew = news.at - Date.now();
    if (news.type === "board") {
      this.#className = news.name;
      this.#learners = new Map(news.learners.map((learner) => [learner.learner, learner]));
      this.#isAllDirty = true;
    } else {
      for (const learner of news.learners) {
        this.#learners.set(learner.learner, learner);
        this.#dirty.add(learner.learner);
      }
      for (const learner of news.gone) this.#learners.delete(learner);
    }
    if (news.lessons !== undefined) {
      this.#lessons = news.lessons;
      this.#isAllDirty = true;
    }
    if (news.demonstration !== undefined) this.#demonstration = news.demonstration;
    if (news.type === "board") this.#draw();
    else this.#drawSoon();
  }

  /** What is chosen shows at once. */
  look(view: View): void {
    const before = this.#view;
    this.#view = view;
    this.#heldUntil = 0;
    if (view.lesson !== before.lesson) this.#isAllDirty = true;
    if (this.#head !== undefined) this.#draw();
  }

  /** Somebody points at the grid, scrolls or moves in it: rows keep their places for a moment. */
  hold = (): void => {
    this.#heldUntil = Date.now() + HOLD;
  };

  #drawSoon(): void {
    this.#drawing ??= setTimeout(() => this.#draw(), DRAW_AFTER);
  }

  #draw(): void {
    clearTimeout(this.#drawing);
    this.#drawing = undefined;
    const lesson = this.#chosen();
    this.#countWhatIsDone(lesson);
    this.#drawRows(lesson);
    this.#drawOrder();
    this.#drawHead(lesson);
    this.#dirty.clear();
    this.#isAllDirty = false;
    for (const listener of this.#listeners) listener();
  }

  #chosen(): BoardLesson | undefined {
    const lessons = this.#lessons;
    return lessons.find(({ slug }) => slug === this.#view.lesson) ?? lessons.find(({ open }) => open) ?? lessons[0];
  }

  /** Medians move slowly: they are looked at with the clock. */
  #countWhatIsDone(lesson: BoardLesson | undefined): void {
    const learners = [...this.#learners.values()];
    if (this.#isAllDirty) this.#medians = new Map(this.#lessons.map((each) => [each.slug, medians(learners, each)]));
    const shares = new Map(this.#shares);
    for (const each of this.#isAllDirty || lesson === undefined ? this.#lessons : [lesson])
      shares.set(each.slug, shareDone(learners, each));
    if (![...shares].every(([slug, share]) => this.#shares.get(slug) === share)) this.#shares = shares;
  }

  #drawRows(lesson: BoardLesson | undefined): void {
    const now = this.now();
    const titles = new Map(this.#lessons.map(({ slug, title }) => [slug, title]));
    this.#queue = [...this.#learners.values()]
      .flatMap(({ learner, hand }) => (hand === null ? [] : [{ learner, hand }]))
      .sort((a, b) => a.hand - b.hand)
      .map(({ learner }) => learner);
    const places = new Map(this.#queue.map((learner, index) => [learner, index + 1]));
    for (const id of this.#rows.keys()) if (!this.#learners.has(id)) this.#rows.delete(id);
    for (const [id, learner] of this.#learners) {
      const before = this.#rows.get(id);
      const place = places.get(id);
      if (before && !this.#isAllDirty && !this.#dirty.has(id) && before.hand?.place === place) continue;
      const median = learner.now?.step ? this.#medians.get(learner.now.lesson)?.get(learner.now.step) : undefined;
      const row = rowView(learner, { lesson, titles, place, stuck: stuck(learner, median, now), now });
      if (!before || !looksTheSame(before, row)) this.#rows.set(id, row);
    }
  }

  #drawOrder(): void {
    const { sort, show, find } = this.#view;
    const shown = [...this.#rows.values()].filter((row) => isShown(row, show, find));
    let order = inOrder(shown, sort);
    const wait = this.#heldUntil - Date.now();
    if (wait > 0) {
      order = asBefore(order, this.#order);
      this.#release ??= setTimeout(() => {
        this.#release = undefined;
        this.#drawSoon();
      }, wait);
    }
    if (order.length !== this.#order.length || order.some((id, index) => id !== this.#order[index])) this.#order = order;
  }

  #drawHead(lesson: BoardLesson | undefined): void {
    const rows = [...this.#rows.values()];
    const head: Head = {
      className: this.#className,
      lessons: this.#lessons,
      shares: this.#shares,
      lesson,
      tally: tallyOf(rows),
      tasks: taskTallies(rows, lesson?.tasks.length ?? 0),
      demonstration: this.#demonstration,
    };
    if (this.#head === undefined || JSON.stringify(counted(head)) !== JSON.stringify(counted(this.#head))) this.#head = head;
    else if (head.lessons !== this.#head.lessons || head.shares !== this.#head.shares) this.#head = head;
  }
}

/** The same learners, those who stood before in their old places, newcomers after them. */
function asBefore(order: readonly string[], before: readonly string[]): string[] {
  const now = new Set(order);
  const old = new Set(before);
  return [...before.filter((id) => now.has(id)), ...order.filter((id) => !old.has(id))];
}

function counted({ tally, tasks, demonstration, className, lesson }: Head) {
  return [tally, tasks, demonstration, className, lesson?.slug];
}
