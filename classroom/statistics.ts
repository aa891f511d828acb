/** How a class fares with the tasks of a lesson: how many did them, how long that took, where they are stuck. */
import { sql } from "kysely";
import type { Database } from "./database.ts";

/** One task of the whole class. */
export type TaskStatistics = {
  task: string;
  /** Learners who began it, did it, are at it now, and began it but have left without doing it. */
  begun: number;
  done: number;
  working: number;
  gaveUp: number;
  /** Of those who did it: milliseconds active in it; null where nobody did. */
  medianMs: number | null;
  slowestMs: number | null;
  /** Learners who opened a hint, or the solution. */
  hints: number;
  solutions: number;
  /** Reasons that its check gives most, with the number of learners who have it now or had it last. */
  reasons: { reason: string; learners: number }[];
};

/** What a learner who is here has open. `step`: the task before them; null where all are done. */
export type Whereabouts = { lesson: string; step: string | null };

export type StatisticsQuestion = {
  class: string;
  lesson: string;
  /** Ids of the lesson's tasks, in order. */
  tasks: readonly string[];
  /** Learners who are here now, by id. */
  present: ReadonlyMap<string, Whereabouts>;
  /** Milliseconds since the epoch. */
  now?: number;
};

/** Milliseconds without a sign after which a learner who is not here has left a task. */
const LEFT_AFTER = 10 * 60_000;
const MOST_REASONS = 5;
/** Characters of a reason. */
const LONGEST_REASON = 200;

/** What one learner did in one task. */
type Deed = { done: boolean; activeMs: number | undefined; reason: string | null };
type Tally = { deeds: Map<string, Deed>; hints: Set<string>; solutions: Set<string> };

/** One row for each of the tasks, in their order. Learners who were removed from the class do not count. */
export async function taskStatistics(db: Database, question: StatisticsQuestion): Promise<TaskStatistics[]> {
  const { lesson, tasks, present, now = Date.now() } = question;
  const lastSeen = new Map<string, number>();
  const tallies = new Map<string, Tally>(
    tasks.map((task) => [task, { deeds: new Map(), hints: new Set(), solutions: new Set() }]),
  );
  for (const row of await tracesOf(db, question.class, lesson)) {
    lastSeen.set(row.learner, Math.max(lastSeen.get(row.learner) ?? 0, row.at));
    const tally = tallies.get(row.task);
    if (tally) add(tally, row);
  }
  const hasLeft = (learner: string) => {
    const where = present.get(learner);
    return where ? where.lesson !== lesson : now - (lastSeen.get(learner) ?? 0) > LEFT_AFTER;
  };
  const steps = [...present.values()].filter((where) => where.lesson === lesson).map(({ step }) => step);
  return [...tallies].map(([task, { deeds, hints, solutions }]) => {
    const all = [...deeds.values()];
    const times = all.flatMap(({ done, activeMs }) => (done && activeMs !== undefined ? [activeMs] : [])).sort((a, b) => a - b);
    return {
      task,
      begun: all.length,
      done: all.filter(({ done }) => done).length,
      working: steps.filter((step) => step === task).length,
      gaveUp: [...deeds].filter(([learner, { done }]) => !done && hasLeft(learner)).length,
      medianMs: median(times),
      slowestMs: times.at(-1) ?? null,
      hints: hints.size,
      solutions: solutions.size,
      reasons: commonest(all.flatMap(({ reason }) => reason ?? [])),
    };
  });
}

/** What is known of the class's learners in the lesson: a row for each attempt, tick, hint and solution. */
async function tracesOf(db: Database, classId: string, lesson: string) {
  const members = db.selectFrom("membership").select("learner").where("class", "=", classId).where("removed_at", "is", null);
  const nothing = sql<number | null>`cast(null as bigint)`.as("active_ms");
  const silence = sql<string | null>`cast(null as text)`.as("reason");
  const kind = (name: "attempt" | "done" | "hint" | "solution") => sql<typeof name>`cast(${name} as text)`.as("kind");
  return db
    .selectFrom("task_attempt")
    .select(({ ref }) => [
      kind("attempt"),
      "learner",
      "task",
      "updated_at as at",
      ref("active_ms").$castTo<number | null>().as("active_ms"),
      "reason",
    ])
    .where("lesson", "=", lesson)
    .where("learner", "in", members)
    .unionAll((eb) =>
      eb
        .selectFrom("task_done")
        .select([kind("done"), "learner", "task", "done_at as at", nothing, silence])
        .where("lesson", "=", lesson)
        .where("learner", "in", members),
    )
    .unionAll((eb) =>
      eb
        .selectFrom("hint_use")
        .select([kind("hint"), "learner", "task", "used_at as at", nothing, silence])
        .where("lesson", "=", lesson)
        .where("learner", "in", members),
    )
    .unionAll((eb) =>
      eb
        .selectFrom("solution_reveal")
        .select([kind("solution"), "learner", "task", "revealed_at as at", nothing, silence])
        .where("lesson", "=", lesson)
        .where("learner", "in", members),
    )
    .execute();
}

function add(tally: Tally, row: Awaited<ReturnType<typeof tracesOf>>[number]): void {
  if (row.kind === "hint") tally.hints.add(row.learner);
  else if (row.kind === "solution") tally.solutions.add(row.learner);
  const deed = tally.deeds.get(row.learner) ?? { done: false, activeMs: undefined, reason: null };
  tally.deeds.set(row.learner, deed);
  if (row.kind === "done") deed.done = true;
  if (row.kind === "attempt") Object.assign(deed, { activeMs: row.active_ms ?? undefined, reason: row.reason });
}

/** Of sorted numbers; of an even count the mean of the two in the middle. */
function median(sorted: readonly number[]): number | null {
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.floor((sorted.length - 1) / 2)];
  return upper === undefined || lower === undefined ? null : (lower + upper) / 2;
}

function commonest(reasons: readonly string[]): TaskStatistics["reasons"] {
  const counts = new Map<string, number>();
  for (const reason of reasons.map((whole) => whole.slice(0, LONGEST_REASON))) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, learners]) => ({ reason, learners }))
    .sort((a, b) => b.learners - a.learners || a.reason.localeCompare(b.reason))
    .slice(0, MOST_REASONS);
}
