/** Everybody who may come to a site with two classes, and something of each kind that they might want of the first. */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { changeLesson, chooseLessons } from "../../classroom/class-lessons.ts";
import { actorOf, type Class, createClass } from "../../classroom/classes.ts";
import type { Database } from "../../classroom/database.ts";
import { joinClass } from "../../classroom/members.ts";
import { createLink } from "../../classroom/one-time-links.ts";
import { keepRecording, recordingsOf } from "../../classroom/recordings.ts";
import { importRoster, rosterOf } from "../../classroom/roster.ts";
import { makeAccount, type Person, type Place } from "./people.ts";
import { LESSON, SCHOOL_LESSON } from "./school.ts";

export const CLOSED_LESSON = "second";

const QUESTION = `
<Quiz id="question" question="What makes a directory?">
- [x] mkdir

  It does.
- [ ] touch

  It makes files.
</Quiz>
`;

/** By slug. */
export const LESSONS = { [LESSON]: SCHOOL_LESSON + QUESTION, [CLOSED_LESSON]: SCHOOL_LESSON + QUESTION };

/**
 * Who asks. `learner` is in the class and what is asked for is theirs; `classmate` is in it too; `outsider` and `stranger` learn and teach in
 * another class; `former` taught the class until the operator took the role away.
 */
export const ROLES = ["nobody", "learner", "classmate", "outsider", "stranger", "former", "teacher", "operator"] as const;
export type RoleName = (typeof ROLES)[number];
export type People = Record<Exclude<RoleName, "nobody">, Person>;

/** What somebody is after. */
export type Prey = {
  class: Class;
  /** The other class, the stranger's. */
  theirs: Class;
  learner: string;
  classmate: string;
  entry: string;
  recording: string;
  /** An account that nobody needs otherwise. */
  account: string;
  /** Another session of the learner's account. */
  session: string;
  links: { operator: string; instructor: string; password: string };
};

/** Stands in what is recorded. */
export const RECORDED = "recorded-words-of-annika";

export async function makePeople(place: Place): Promise<People> {
  const make = (name: string, role: "learner" | "instructor" | "operator" = "learner") =>
    makeAccount(place, { name, role, email: `${name.toLowerCase()}@people.example` });
  return {
    learner: await make("Annika"),
    classmate: await make("Benedikt"),
    outsider: await make("Evander"),
    stranger: await make("Sigismund", "instructor"),
    former: await make("Florentine"),
    teacher: await make("Tassilo", "instructor"),
    operator: await make("Ottokar", "operator"),
  };
}

/** Two new classes, and all that belongs to the first. */
export async function makePrey(db: Database, people: People): Promise<Prey> {
  const { teacher, stranger, former, learner, classmate, outsider } = people;
  const settings = { needsAccount: false, records: true, retentionDays: 30 };
  const mine = await createClass(db, { ...teacher, role: "instructor" }, { ...settings, name: "Hidden harbour" });
  const theirs = await createClass(db, { ...stranger, role: "instructor" }, { ...settings, name: "Distant lighthouse" });
  for (const [{ id }, owner] of [
    [mine, actorOf(teacher)],
    [theirs, actorOf(stranger)],
  ] as const) {
    await chooseLessons(db, owner, id, [LESSON], { open: true });
    await chooseLessons(db, owner, id, [LESSON, CLOSED_LESSON], { open: false });
    await changeLesson(db, owner, id, LESSON, { step: 1 });
  }
  await db
    .insertInto("class_instructor")
    .values({ class: mine.id, account: former.id, owner: 0, added_at: Date.now() })
    .execute();
  for (const [of, who, name] of [
    [mine, learner, "Annika in class"],
    [mine, classmate, "Benedikt in class"],
    [theirs, outsider, "Evander in class"],
  ] as const)
    await joinClass(db, { class: of, learner: who.learner, name, account: { id: who.id, email: who.email } });
  const row = { name: "Roswitha Rosterrow", email: "roswitha@roster.example", reference: "R-4711" };
  await importRoster(db, actorOf(teacher), mine.id, [row]);
  const [entry] = await rosterOf(db, mine.id);
  const cast = new TextEncoder().encode(`{"version":2,"width":80,"height":24,"timestamp":1}\n[0.1,"o","${RECORDED}"]\n`);
  const recorded = { class: mine.id, learner: learner.learner, lesson: LESSON, task: "directory", terminal: 1, cast };
  await keepRecording(db, { ...recorded, startedAt: Date.now() - 1000, endedAt: Date.now() });
  const [recording] = await recordingsOf(db, mine.id, learner.learner);
  if (entry === undefined || recording === undefined) throw new Error("The class has no roster or no recording.");
  const id = randomUUID();
  const now = new Date().toISOString();
  const account = { id, name: "Nobody’s friend", email: `${id}@people.example`, role: "learner" };
  await db
    .insertInto("account")
    .values({ ...account, email_verified: 1, image: null, created_at: now, updated_at: now })
    .execute();
  const session = { id: randomUUID(), token: randomUUID(), account: learner.id, ip_address: null, user_agent: "A phone" };
  const expires_at = new Date(Date.now() + 60 * 60_000).toISOString();
  await db
    .insertInto("session")
    .values({ ...session, expires_at, created_at: now, updated_at: now })
    .execute();
  return {
    class: mine,
    theirs,
    learner: learner.learner,
    classmate: classmate.learner,
    entry: entry.id,
    recording: recording.id,
    account: id,
    session: session.id,
    links: {
      operator: await createLink(db, "operator"),
      instructor: await createLink(db, "instructor"),
      password: await createLink(db, "password", { account: id }),
    },
  };
}

/** What nobody is told who is refused. */
export function privateWords({ class: mine, entry }: Prey, { teacher, learner, classmate }: People): string[] {
  const emails = [teacher, learner, classmate].map(({ email }) => email);
  const roster = ["Rosterrow", "roswitha@roster.example", "R-4711", entry];
  return [...emails, ...roster, mine.name, mine.code, "Annika in class", "Benedikt in class", RECORDED];
}

/** Every row of every table, as text; but for when sessions were used last. */
export async function rowsOf(db: Database): Promise<string[]> {
  const rows: string[] = [];
  for (const { name } of await db.introspection.getTables()) {
    const { rows: all } = await sql<Record<string, unknown>>`select * from ${sql.table(name)}`.execute(db);
    for (const { updated_at, ...row } of all)
      rows.push(`${name} ${JSON.stringify(name === "session" ? row : { ...row, updated_at })}`);
  }
  return rows.sort();
}

/** Rows that are gone and rows that are new. */
export function changes(before: readonly string[], now: readonly string[]): string[] {
  const [old, fresh] = [new Set(before), new Set(now)];
  return [
    ...before.filter((row) => !fresh.has(row)).map((row) => `- ${row}`),
    ...now.filter((row) => !old.has(row)).map((row) => `+ ${row}`),
  ];
}
