import assert from "node:assert/strict";
import { sql } from "kysely";
import { endOtherSessions, sessionsOf, unlinkIdentity, waysIn } from "../../classroom/account-access.ts";
import { exportAccount } from "../../classroom/account-export.ts";
import { adoptLearner, isAnonymous, learnerOf } from "../../classroom/account-learner.ts";
import {
  AccountRefusal,
  changeRole,
  findAccount,
  findAccountByEmail,
  hasOperator,
  removeAccount,
  searchAccounts,
} from "../../classroom/accounts.ts";
import { auditLog } from "../../classroom/audit.ts";
import type { Database } from "../../classroom/database.ts";
import { newLearnerId } from "../../classroom/learners.ts";
import { createLink, readLink, redeemLink } from "../../classroom/one-time-links.ts";
import { doneTasks, lessonProgress, markDone, progressOf, recordAnswer, recordVisit } from "../../classroom/progress.ts";
import { makeAccount, type Person } from "../lab/people.ts";
import { testEachEngine } from "./databases.ts";

const SECRET = "a secret of more than thirty-two bytes";
const ORIGIN = "http://localhost:3000";

/** Makes accounts in the database at `place`. */
function maker(place: string) {
  return (name: string, role: "learner" | "instructor" | "operator" = "learner"): Promise<Person> =>
    makeAccount({ database: place, secret: SECRET, origin: ORIGIN }, { name, email: `${name.toLowerCase()}@example.org`, role });
}

testEachEngine("an account has a role that nobody gives themselves, and is found by its e-mail address", async (db, _, place) => {
  const ann = await maker(place)("Ann");
  assert.deepEqual(await findAccount(db, ann.id), { id: ann.id, name: "Ann", email: "ann@example.org", role: "learner" });
  assert.equal((await findAccountByEmail(db, "ANN@example.ORG"))?.id, ann.id);
  assert.equal(await findAccount(db, "nobody"), undefined);
  assert.equal(await learnerOf(db, ann.id), ann.learner);
  assert.equal(await isAnonymous(db, ann.learner), false);
  assert.equal(await isAnonymous(db, newLearnerId()), true);
});

testEachEngine(
  "accounts are searched by any part of name and address, and signs of patterns are only signs",
  async (db, _, place) => {
    const make = maker(place);
    for (const name of ["Ann", "Bert", "Ann_Lee"]) await make(name);
    const names = async (search: string) => (await searchAccounts(db, { search })).map(({ name }) => name);
    assert.deepEqual(await names(""), ["Ann", "Ann_Lee", "Bert"]);
    assert.deepEqual(await names("ANN"), ["Ann", "Ann_Lee"]);
    assert.deepEqual(await names("ert@ex"), ["Bert"]);
    assert.deepEqual(await names("_"), ["Ann_Lee"]);
    assert.deepEqual(await names("%"), []);
    assert.deepEqual(await names("\\"), []);
    assert.equal((await searchAccounts(db, { limit: 2 })).length, 3, "one more tells that there are more");
  },
);

testEachEngine("the last operator stays one, also where two step down at once", async (db, _, place) => {
  const make = maker(place);
  const [one, two] = [await make("One", "operator"), await make("Two", "operator")];
  const actor = { account: one.id, name: one.name };
  const outcomes = await Promise.allSettled([changeRole(db, actor, one.id, "learner"), changeRole(db, actor, two.id, "learner")]);
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"]);
  assert.equal(await hasOperator(db), true);
  const [left] = await searchAccounts(db, { role: "operator" });
  await assert.rejects(removeAccount(db, left?.id ?? ""), AccountRefusal);
  const entries = await auditLog(db);
  assert.deepEqual(
    entries.map(({ action, details }) => [action, details.from, details.to]),
    [["account.role", "operator", "learner"]],
  );
});

testEachEngine("an anonymous learner becomes the account's; a second one is merged into it and goes", async (db, _, place) => {
  const ann = await maker(place)("Ann");
  const other = newLearnerId();
  await sql`delete from learner`.execute(db);
  await markDone(db, { learner: other, lesson: "namespaces", task: "uts" });
  assert.equal(await adoptLearner(db, ann.id, other), other);
  assert.equal(await learnerOf(db, ann.id), other);

  const second = newLearnerId();
  await markDone(db, { learner: second, lesson: "namespaces", task: "pid" });
  await markDone(db, { learner: second, lesson: "namespaces", task: "uts" });
  await recordVisit(db, { learner: second, lesson: "cgroups" });
  await recordAnswer(db, { learner: second, lesson: "namespaces", quiz: "q" }, { chosen: [1], correct: true });
  await db.updateTable("task_done").set({ done_at: 5 }).where("learner", "=", second).execute();
  assert.equal(await adoptLearner(db, ann.id, second), other);
  assert.deepEqual((await doneTasks(db, other, "namespaces")).toSorted(), ["pid", "uts"]);
  const ticks = await db.selectFrom("task_done").select(["task", "done_at"]).execute();
  assert.deepEqual(
    ticks.map(({ done_at }) => done_at),
    [5, 5],
    "the earliest counts, and nothing is twice",
  );
  assert.deepEqual((await lessonProgress(db, other, "namespaces")).answers, { q: { chosen: [1], correct: true } });
  assert.equal((await progressOf(db, other)).last, "cgroups");
  const learners = await db.selectFrom("learner").select("id").execute();
  assert.deepEqual(
    learners.map(({ id }) => id),
    [other],
  );
});

testEachEngine("nobody takes over the learner of another account", async (db, _, place) => {
  const make = maker(place);
  const [ann, bert] = [await make("Ann"), await make("Bert")];
  await markDone(db, { learner: ann.learner, lesson: "namespaces", task: "uts" });
  assert.equal(await adoptLearner(db, bert.id, ann.learner), bert.learner);
  assert.deepEqual(await doneTasks(db, ann.learner, "namespaces"), ["uts"]);
  assert.deepEqual(await doneTasks(db, bert.learner, "namespaces"), []);
  await sql`delete from learner where account = ${bert.id}`.execute(db);
  assert.notEqual(await adoptLearner(db, bert.id, ann.learner), ann.learner);
  assert.equal(await learnerOf(db, ann.id), ann.learner);
});

testEachEngine("a merge takes every row that names the learner, of whatever table", async (db, _, place) => {
  const ann = await maker(place)("Ann");
  const from = newLearnerId();
  const now = Date.now();
  await db.insertInto("learner").values({ id: from, created_at: now }).execute();
  const flags = { archived_at: null, needs_account: 0, records: 0, retention_days: 30 };
  await db
    .insertInto("class")
    .values({ id: "c", name: "C", code: "CODE", created_at: now, ...flags })
    .execute();
  const task = { lesson: "l", task: "t" };
  const attempt = { ...task, started_at: 2, active_ms: 10, failed: 1, reason: "old", updated_at: 3 };
  for (const learner of [from, ann.learner]) {
    await db
      .insertInto("task_done")
      .values({ learner, ...task, done_at: 1 })
      .execute();
    await db
      .insertInto("solution_reveal")
      .values({ learner, ...task, revealed_at: 1 })
      .execute();
    await db
      .insertInto("hint_use")
      .values({ learner, ...task, hint: 0, used_at: 1 })
      .execute();
    await db
      .insertInto("quiz_answer")
      .values({ learner, lesson: "l", quiz: "q", chosen: "[0]", correct: 0, answered_at: 1 })
      .execute();
    await db.insertInto("visit").values({ learner, lesson: "l", visited_at: 1 }).execute();
    await db.insertInto("membership").values({ class: "c", learner, name: "A", joined_at: 1, removed_at: null }).execute();
  }
  await db
    .insertInto("task_attempt")
    .values({ learner: ann.learner, ...attempt })
    .execute();
  await db
    .insertInto("task_attempt")
    .values({ learner: from, ...attempt, started_at: 1, reason: "new", updated_at: 9 })
    .execute();
  await db
    .insertInto("roster_entry")
    .values({ id: "r", class: "c", name: "A", email: null, reference: null, learner: from, added_at: 1 })
    .execute();
  const times = { started_at: 1, ended_at: 2, bytes: 1 };
  await db
    .insertInto("recording")
    .values({ id: "x", class: "c", learner: from, ...task, terminal: 0, ...times, cast: new Uint8Array([1]) })
    .execute();

  const tables = (await db.introspection.getTables()).filter(({ columns }) => columns.some(({ name }) => name === "learner"));
  const rows = async (learner: string) =>
    Object.fromEntries(
      await Promise.all(
        tables.map(async ({ name }) => {
          const found = await sql`select 1 from ${sql.table(name)} where learner = ${learner}`.execute(db);
          return [name, found.rows.length] as const;
        }),
      ),
    );
  assert.ok(
    Object.values(await rows(from)).every((count) => count === 1),
    "every table is tried: add a row where there is a new one",
  );
  await adoptLearner(db, ann.id, from);
  assert.ok(Object.values(await rows(from)).every((count) => count === 0));
  assert.ok(Object.values(await rows(ann.learner)).every((count) => count === 1));
  const { learner: _learner, ...merged } = await db.selectFrom("task_attempt").selectAll().executeTakeFirstOrThrow();
  assert.deepEqual({ ...merged }, { ...task, started_at: 1, active_ms: 20, failed: 2, reason: "new", updated_at: 9 });
});

testEachEngine("a one-time link works once, for its purpose, and for its time", async (db) => {
  const token = await createLink(db, "instructor");
  assert.match(token, /^[\w-]{43}$/);
  assert.equal(await redeemLink(db, "operator", token), undefined);
  assert.deepEqual({ ...(await readLink(db, "instructor", token)) }, { account: null });
  const both = await Promise.all([redeemLink(db, "instructor", token), redeemLink(db, "instructor", token)]);
  assert.equal(both.filter((found) => found !== undefined).length, 1);
  assert.equal(await readLink(db, "instructor", token), undefined);
  const old = await createLink(db, "operator");
  await db
    .updateTable("one_time_link")
    .set({ expires_at: Date.now() - 1 })
    .execute();
  assert.equal(await redeemLink(db, "operator", old), undefined);
  const stored = await db.selectFrom("one_time_link").selectAll().execute();
  assert.ok(!JSON.stringify(stored).includes(old), "only its hash is kept");
});

testEachEngine(
  "an account goes with all that is its own, but not the only owner of a class that goes on",
  async (db, _, place) => {
    const make = maker(place);
    const [ann, bert] = [await make("Ann", "instructor"), await make("Bert", "instructor")];
    await markDone(db, { learner: ann.learner, lesson: "l", task: "t" });
    const flags = { archived_at: null, needs_account: 0, records: 0, retention_days: 30 };
    await db
      .insertInto("class")
      .values({ id: "c", name: "Linux II", code: "CODE", created_at: 1, ...flags })
      .execute();
    await db.insertInto("class_instructor").values({ class: "c", account: ann.id, owner: 1, added_at: 1 }).execute();
    await db.insertInto("class_instructor").values({ class: "c", account: bert.id, owner: 0, added_at: 1 }).execute();
    await assert.rejects(removeAccount(db, ann.id), /“Linux II”.*archive/);
    await db.updateTable("class_instructor").set({ owner: 1 }).where("account", "=", bert.id).execute();
    await removeAccount(db, ann.id);
    assert.equal(await findAccount(db, ann.id), undefined);
    assert.deepEqual(await sessionsOf(db, ann.id), []);
    assert.equal(await isAnonymous(db, ann.learner), true, "there is no such learner any more");
    assert.deepEqual(await doneTasks(db, ann.learner, "l"), []);
    await assert.rejects(removeAccount(db, bert.id), AccountRefusal);
    await db.updateTable("class").set({ archived_at: 2 }).execute();
    await removeAccount(db, bert.id, { account: ann.id.replace(/./g, "0"), name: "Op" }).then(
      () => assert.fail("an actor who does not exist is refused by the audit's foreign key"),
      () => undefined,
    );
    await removeAccount(db, bert.id);
    assert.equal((await searchAccounts(db)).length, 0);
  },
);

testEachEngine("sessions and ways in are seen and ended by their owner alone", async (db, _, place) => {
  const make = maker(place);
  const [ann, bert] = [await make("Ann"), await make("Bert")];
  const [own] = await sessionsOf(db, ann.id);
  await endOtherSessions(db, bert.id, "none");
  assert.equal((await sessionsOf(db, ann.id)).length, 1);
  assert.equal((await sessionsOf(db, bert.id)).length, 0);
  assert.ok(own && Date.now() - own.lastSeen < 60_000);
  await link(db, ann.id, "1");
  const ways = await waysIn(db, ann.id);
  assert.equal(ways.password, true);
  const [identity] = ways.oidc;
  assert.ok(identity);
  await unlinkIdentity(db, bert.id, identity.id);
  assert.equal((await waysIn(db, ann.id)).oidc.length, 1);
  await db.deleteFrom("credential").where("provider", "=", "credential").where("account", "=", ann.id).execute();
  assert.equal(await unlinkIdentity(db, ann.id, identity.id), false, "the only way in stays");
});

testEachEngine("an export has what is one's own, no hash, no token, and nothing of others", async (db, _, place) => {
  const make = maker(place);
  const [ann, bert] = [await make("Ann"), await make("Bert")];
  for (const learner of [ann.learner, bert.learner]) await markDone(db, { learner, lesson: "l", task: "t" });
  const text = JSON.stringify(await exportAccount(db, ann.id));
  const { password, token } = await db
    .selectFrom("credential")
    .innerJoin("session", "session.account", "credential.account")
    .select(["password", "token"])
    .where("credential.account", "=", ann.id)
    .executeTakeFirstOrThrow();
  assert.ok(password);
  for (const hidden of [password, token, bert.id, bert.learner, "bert@"]) assert.ok(!text.includes(hidden), hidden);
  const parsed = JSON.parse(text);
  assert.equal(parsed.account.email, "ann@example.org");
  assert.deepEqual(
    parsed.learner.tasksDone.map(({ lesson, task }: { lesson: string; task: string }) => [lesson, task]),
    [["l", "t"]],
  );
});

async function link(db: Database, account: string, subject: string): Promise<void> {
  const now = new Date().toISOString();
  await db
    .insertInto("credential")
    .values({
      id: `link-${subject}`,
      subject,
      provider: "oidc",
      account,
      access_token: null,
      refresh_token: null,
      id_token: null,
      access_token_expires_at: null,
      refresh_token_expires_at: null,
      scope: null,
      password: null,
      created_at: now,
      updated_at: now,
    })
    .execute();
}
