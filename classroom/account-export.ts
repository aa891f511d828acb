/** Everything that is kept about somebody, for them to take along: no hashes, no tokens, and nothing of others. */
import { sessionsOf, waysIn } from "./account-access.ts";
import { learnerOf } from "./account-learner.ts";
import type { Database } from "./database.ts";

const FORMAT = 1;

/** As JSON may have it. Times are ISO 8601. Throws where there is no such account. */
export async function exportAccount(db: Database, account: string): Promise<Record<string, unknown>> {
  const found = await db
    .selectFrom("account")
    .select(["id", "name", "email", "role", "created_at"])
    .where("id", "=", account)
    .executeTakeFirstOrThrow();
  const learner = await learnerOf(db, account);
  const [sessions, ways, teaching, actions] = await Promise.all([
    sessionsOf(db, account),
    waysIn(db, account),
    db
      .selectFrom("class_instructor")
      .innerJoin("class", "class.id", "class_instructor.class")
      .select(["class.id", "class.name", "class_instructor.owner", "class_instructor.added_at"])
      .where("class_instructor.account", "=", account)
      .execute(),
    db
      .selectFrom("audit")
      .select(["at", "action", "class", "target", "details"])
      .where("account", "=", account)
      .orderBy("at")
      .execute(),
  ]);
  return {
    format: FORMAT,
    exportedAt: new Date().toISOString(),
    account: { ...found, created_at: time(new Date(found.created_at).getTime()) },
    signIn: {
      password: ways.password,
      openIdConnect: ways.oidc.map(({ subject, linkedAt }) => ({ subject, linkedAt: time(linkedAt) })),
      sessions: sessions.map(({ createdAt, lastSeen, userAgent }) => ({
        createdAt: time(createdAt),
        lastSeen: time(lastSeen),
        userAgent,
      })),
    },
    learner: learner === undefined ? null : await exportLearner(db, learner),
    teaching: teaching.map(({ owner, added_at, ...row }) => ({ ...row, owner: owner === 1, addedAt: time(added_at) })),
    actions: actions.map(({ at, details, ...row }) => ({ at: time(at), ...row, details: JSON.parse(details) as unknown })),
  };
}

async function exportLearner(db: Database, learner: string): Promise<Record<string, unknown>> {
  const [done, reveals, answers, visits, hints, attempts, memberships, roster, recordings] = await Promise.all([
    db.selectFrom("task_done").select(["lesson", "task", "done_at"]).where("learner", "=", learner).orderBy("done_at").execute(),
    db.selectFrom("solution_reveal").select(["lesson", "task", "revealed_at"]).where("learner", "=", learner).execute(),
    db
      .selectFrom("quiz_answer")
      .select(["lesson", "quiz", "chosen", "correct", "answered_at"])
      .where("learner", "=", learner)
      .execute(),
    db.selectFrom("visit").select(["lesson", "visited_at"]).where("learner", "=", learner).execute(),
    db.selectFrom("hint_use").select(["lesson", "task", "hint", "used_at"]).where("learner", "=", learner).execute(),
    db
      .selectFrom("task_attempt")
      .select(["lesson", "task", "started_at", "active_ms", "failed", "reason", "updated_at"])
      .where("learner", "=", learner)
      .execute(),
    db
      .selectFrom("membership")
      .innerJoin("class", "class.id", "membership.class")
      .select(["class.id as class", "class.name as className", "membership.name", "joined_at", "removed_at", "hand_at"])
      .where("membership.learner", "=", learner)
      .execute(),
    db
      .selectFrom("roster_entry")
      .select(["class", "name", "email", "reference", "added_at"])
      .where("learner", "=", learner)
      .execute(),
    db
      .selectFrom("recording")
      .select(["id", "class", "lesson", "task", "terminal", "started_at", "ended_at", "bytes"])
      .where("learner", "=", learner)
      .execute(),
  ]);
  return {
    id: learner,
    tasksDone: done.map(({ done_at, ...row }) => ({ ...row, doneAt: time(done_at) })),
    solutionsSeen: reveals.map(({ revealed_at, ...row }) => ({ ...row, revealedAt: time(revealed_at) })),
    quizAnswers: answers.map(({ chosen, correct, answered_at, ...row }) => ({
      ...row,
      chosen: JSON.parse(chosen) as unknown,
      correct: correct === 1,
      answeredAt: time(answered_at),
    })),
    lessonsVisited: visits.map(({ visited_at, ...row }) => ({ ...row, visitedAt: time(visited_at) })),
    hintsUsed: hints.map(({ used_at, ...row }) => ({ ...row, usedAt: time(used_at) })),
    attempts: attempts.map(({ started_at, active_ms, updated_at, ...row }) => ({
      ...row,
      startedAt: time(started_at),
      activeMilliseconds: active_ms,
      updatedAt: time(updated_at),
    })),
    classes: memberships.map(({ joined_at, removed_at, hand_at, ...row }) => ({
      ...row,
      joinedAt: time(joined_at),
      removedAt: removed_at === null ? null : time(removed_at),
      handRaisedAt: hand_at === null ? null : time(hand_at),
    })),
    rosters: roster.map(({ added_at, ...row }) => ({ ...row, addedAt: time(added_at) })),
    recordings: recordings.map(({ started_at, ended_at, ...row }) => ({
      ...row,
      startedAt: time(started_at),
      endedAt: time(ended_at),
    })),
  };
}

function time(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
