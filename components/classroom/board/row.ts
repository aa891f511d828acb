/** What a row of the board shows of a learner: worked out once from what the lab-server says, compared so that only what looks different is drawn again. */
import type { BoardCell, BoardLearner, BoardLesson } from "../../../lab-server/staff/wire.ts";
import { wholeMinutes } from "../minutes.ts";
import { IDLE_AFTER, type Stuck, timeInTask } from "./stuck.ts";

/** How a task stands with a learner. `begun`: looked at and left, no check has failed. */
export type CellState = "untouched" | "begun" | "failing" | "now" | "done" | "hints" | "solution";

export type CellView = {
  state: CellState;
  /** Whole minutes that the learner was active in it. */
  minutes: number;
  /** Checks that failed with another reason each. */
  failed: number;
  hints: number;
};

export type Presence = "here" | "idle" | "away" | "never";

export type RowView = {
  learner: string;
  name: string;
  presence: Presence;
  /** Whole minutes since the last sign of the learner; 0 where there never was one. */
  quiet: number;
  /** What they have open where it is not the lesson that the board shows. */
  elsewhere: string | undefined;
  /** Index of the task before them in the lesson that the board shows; undefined where they are not in it, or are through. */
  step: number | undefined;
  /** Its title. */
  task: string | undefined;
  /** Whole minutes in the task before them. */
  minutes: number;
  /** Why it is not done. */
  reason: string | undefined;
  /** Place among the raised hands, the first being 1, and whole minutes since. */
  hand: { place: number; minutes: number } | undefined;
  stuck: Stuck["why"] | undefined;
  helpers: readonly string[];
  cells: readonly CellView[];
  done: number;
};

export type RowContext = {
  lesson: BoardLesson | undefined;
  /** Of all lessons, by slug. */
  titles: ReadonlyMap<string, string>;
  place: number | undefined;
  stuck: Stuck | undefined;
  /** Milliseconds since the epoch. */
  now: number;
};

export function rowView(learner: BoardLearner, { lesson, titles, place, stuck, now }: RowContext): RowView {
  const where = learner.now;
  const isHere = where !== null && where.lesson === lesson?.slug;
  const own = lesson === undefined ? undefined : learner.cells[lesson.slug];
  const step = isHere && lesson ? lesson.tasks.findIndex(({ id }) => id === where.step) : -1;
  const cells = (lesson?.tasks ?? []).map(({ id }, index) => cellView(own?.[id], index === step));
  const since = where?.activeAt ?? learner.seenAt;
  return {
    learner: learner.learner,
    name: learner.name,
    presence: presenceOf(learner, now),
    quiet: since === null ? 0 : wholeMinutes(now - since),
    elsewhere: where === null || isHere ? undefined : (titles.get(where.lesson) ?? where.lesson),
    step: step < 0 ? undefined : step,
    task: lesson?.tasks[step]?.title,
    minutes: wholeMinutes(timeInTask(learner)),
    reason: where?.step ? where.reason : undefined,
    hand: learner.hand === null ? undefined : { place: place ?? 1, minutes: wholeMinutes(now - learner.hand) },
    stuck: stuck?.why,
    helpers: where?.helpers ?? [],
    cells,
    done: cells.filter(({ state }) => isDone(state)).length,
  };
}

/** Whether a task in this state is done, with help or without. */
export function isDone(state: CellState): boolean {
  return state === "done" || state === "hints" || state === "solution";
}

function presenceOf({ now: where, seenAt }: BoardLearner, now: number): Presence {
  if (where === null) return seenAt === null ? "never" : "away";
  return now - where.activeAt > IDLE_AFTER ? "idle" : "here";
}

function cellView(cell: BoardCell | undefined, isNow: boolean): CellView {
  if (cell === undefined) return { state: isNow ? "now" : "untouched", minutes: 0, failed: 0, hints: 0 };
  return { state: stateOf(cell, isNow), minutes: wholeMinutes(cell.activeMs), failed: cell.failed, hints: cell.hints };
}

function stateOf({ doneAt, failed, hints, solution }: BoardCell, isNow: boolean): CellState {
  if (doneAt !== undefined) return solution ? "solution" : hints > 0 ? "hints" : "done";
  if (isNow) return "now";
  return failed > 0 ? "failing" : "begun";
}

/** Whether two rows look the same. */
export function looksTheSame(a: RowView, b: RowView): boolean {
  return (
    a.name === b.name &&
    a.presence === b.presence &&
    a.quiet === b.quiet &&
    a.elsewhere === b.elsewhere &&
    a.step === b.step &&
    a.minutes === b.minutes &&
    a.reason === b.reason &&
    a.hand?.place === b.hand?.place &&
    a.hand?.minutes === b.hand?.minutes &&
    a.stuck === b.stuck &&
    a.helpers.join("\n") === b.helpers.join("\n") &&
    a.cells.length === b.cells.length &&
    a.cells.every((cell, index) => sameCell(cell, b.cells[index]))
  );
}

/** Whether two cells look the same. */
export function sameCell(a: CellView, b: CellView | undefined): boolean {
  return b !== undefined && a.state === b.state && a.minutes === b.minutes && a.failed === b.failed && a.hints === b.hints;
}
