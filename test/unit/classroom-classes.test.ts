import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import { type Role, setRole } from "../../classroom/accounts.ts";
import { auditLog } from "../../classroom/audit.ts";
import { newCode, readCode } from "../../classroom/class-code.ts";
import { addInstructor, handOver, instructorsOf, removeInstructor } from "../../classroom/class-instructors.ts";
import { changeLesson, chooseLessons, lessonsOf, moveLesson, openNextStep } from "../../classroom/class-lessons.ts";
import { classVersion } from "../../classroom/class-version.ts";
import {
  actorOf,
  archiveClass,
  type Class,
  ClassRefusal,
  type ClassSettings,
  changeCode,
  changeSettings,
  classByCode,
  classesOf,
  classOf,
  createClass,
  deleteClass,
  restoreClass,
  teaches,
} from "../../classroom/classes.ts";
import type { Database } from "../../classroom/database.ts";
import { ensureLearner, newLearnerId } from "../../classroom/learners.ts";
import {
  classesJoined,
  joinClass,
  leaveClass,
  membershipOf,
  membersOf,
  removeMember,
  renameMember,
  restoreMember,
} from "../../classroom/members.ts";
import { doneTasks, markDone } from "../../classroom/progress.ts";
import { assignEntry, changeEntry, importRoster, removeEntry, rosterOf } from "../../classroom/roster.ts";
import { readRoster } from "../../classroom/roster-file.ts";
import { testEachEngine } from "./databases.ts";

const SETTINGS: ClassSettings = { name: "Group 2", needsAccount: false, records: false, retentionDays: 30 };

async function account(db: Database, role: Role, name = `Some ${role}`) {
  const id = randomUUID();
  const email = `${id}@example.org`;
  const now = new Date().toISOString();
  await db
    .insertInto("account")
    .values({ id, name, email, email_verified: sql<boolean>`false`, image: null, role, created_at: now, updated_at: now })
    .execute();
  return { id, name, email, role };
}

async function taughtClass(db: Database, settings: Partial<ClassSettings> = {}) {
  const owner = await account(db, "instructor", "Ida");
  const made = await createClass(db, owner, { ...SETTINGS, ...settings });
  return { owner, actor: actorOf(owner), made };
}

async function joined(db: Database, of: Class, name: string): Promise<string> {
  const learner = newLearnerId();
  await joinClass(db, { class: of, learner, name });
  return learner;
}

const refused = (matching: RegExp) => (error: unknown) => error instanceof ClassRefusal && matching.test(error.message);

testEachEngine("a class is open to its instructors and to operators, and to nobody else", async (db) => {
  const { owner, actor, made } = await taughtClass(db);
  const other = await account(db, "instructor");
  const operator = await account(db, "operator");
  const learner = await account(db, "learner");
  assert.equal((await teaches(db, owner, made.id))?.isOwner, true);
  assert.equal((await teaches(db, operator, made.id))?.isOwner, true);
  assert.equal(await teaches(db, other, made.id), undefined);
  assert.equal(await teaches(db, learner, made.id), undefined);
  assert.equal(await teaches(db, owner, "no-such-class"), undefined);
  assert.deepEqual(await classesOf(db, other), []);
  assert.deepEqual(
    (await classesOf(db, operator)).map(({ id, isMine }) => [id, isMine]),
    [[made.id, false]],
  );

  await addInstructor(db, actor, made.id, other.email.toUpperCase());
  assert.equal((await teaches(db, other, made.id))?.isOwner, false);
  await assert.rejects(addInstructor(db, actor, made.id, other.email), refused(/already/));
  await assert.rejects(addInstructor(db, actor, made.id, learner.email), refused(/No instructor has/));
  await assert.rejects(addInstructor(db, actor, made.id, "nobody@example.org"), refused(/No instructor has/));

  // Whoever is made a learner again teaches nothing any more, and an account's own word for its role counts for nothing else.
  await setRole(db, other.id, "learner");
  assert.equal(await teaches(db, { ...other, role: "learner" }, made.id), undefined);
  assert.deepEqual(await classesOf(db, { ...other, role: "learner" }), []);
  await assert.rejects(createClass(db, learner, SETTINGS), refused(/Only instructors/));
});

testEachEngine("a class has one owner, who can hand it over and cannot leave before", async (db) => {
  const { owner, actor, made } = await taughtClass(db);
  const [second, third] = [await account(db, "instructor"), await account(db, "instructor")];
  for (const { email } of [second, third]) await addInstructor(db, actor, made.id, email);
  await assert.rejects(removeInstructor(db, actor, made.id, owner.id), refused(/hand it over first/));
  await assert.rejects(handOver(db, actor, made.id, randomUUID()), refused(/does not teach/));
  assert.equal((await teaches(db, owner, made.id))?.isOwner, true, "a hand-over to nobody changes nothing");
  await Promise.all([handOver(db, actor, made.id, second.id), handOver(db, actor, made.id, third.id)]);
  const owners = (await instructorsOf(db, made.id)).filter(({ isOwner }) => isOwner);
  assert.equal(owners.length, 1);
  await removeInstructor(db, actor, made.id, owner.id);
  assert.equal(await teaches(db, owner, made.id), undefined);
  await assert.rejects(removeInstructor(db, actor, made.id, owner.id), refused(/any more/));
});

testEachEngine(
  "settings have limits, a new code makes the old one void, and what is done is kept in the audit log",
  async (db) => {
    const { owner, actor, made } = await taughtClass(db);
    for (const wrong of [
      { name: " " },
      { name: "x".repeat(101) },
      { retentionDays: 0 },
      { retentionDays: 366 },
      { retentionDays: 1.5 },
    ])
      await assert.rejects(changeSettings(db, actor, made.id, { ...SETTINGS, ...wrong }));
    await changeSettings(db, actor, made.id, { name: " Group 3 ", needsAccount: true, records: true, retentionDays: 365 });
    const code = await changeCode(db, actor, made.id);
    assert.notEqual(code, made.code);
    assert.equal(await classByCode(db, made.code), undefined);
    const found = await classByCode(db, `${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`);
    assert.deepEqual(found, { ...made, code, name: "Group 3", needsAccount: true, records: true, retentionDays: 365 });
    await archiveClass(db, actor, made.id);
    assert.notEqual((await teaches(db, owner, made.id))?.archivedAt, null);
    await restoreClass(db, actor, made.id);
    await deleteClass(db, actor, made);
    assert.equal(await teaches(db, owner, made.id), undefined);
    const log = await auditLog(db);
    assert.deepEqual(log.map(({ action }) => action).toSorted(), [
      "class.archive",
      "class.change",
      "class.change",
      "class.create",
      "class.delete",
      "class.restore",
    ]);
    assert.deepEqual(log.find(({ action }) => action === "class.delete")?.details, { name: made.name });
  },
);

testEachEngine("lessons keep how far they are open when others are chosen, and move one place at a time", async (db) => {
  const { actor, made } = await taughtClass(db);
  const order = async () => (await lessonsOf(db, made.id)).map(({ lesson }) => lesson);
  await chooseLessons(db, actor, made.id, ["a", "b", "c", "b"], { open: false });
  assert.deepEqual(await order(), ["a", "b", "c"]);
  await changeLesson(db, actor, made.id, "b", { open: true, step: 2, dueAt: 1_900_000_000_000 });
  await moveLesson(db, actor, made.id, "c", -1);
  await moveLesson(db, actor, made.id, "a", -1);
  assert.deepEqual(await order(), ["a", "c", "b"]);
  await moveLesson(db, actor, made.id, "a", 1);
  assert.deepEqual(await order(), ["c", "a", "b"]);
  await chooseLessons(db, actor, made.id, ["b", "d"], { open: true });
  assert.deepEqual(await lessonsOf(db, made.id), [
    { lesson: "b", open: true, step: 2, dueAt: 1_900_000_000_000 },
    { lesson: "d", open: true, step: null, dueAt: null },
  ]);
  await assert.rejects(moveLesson(db, actor, made.id, "a", 1), refused(/any more/));
  await assert.rejects(changeLesson(db, actor, made.id, "a", { open: true }), refused(/any more/));
  await assert.rejects(changeLesson(db, actor, made.id, "b", { step: -1 }), refused(/step/));
});

testEachEngine("the next step opens once, however many press at the same moment, and never beyond the last", async (db) => {
  const { actor, made } = await taughtClass(db);
  await chooseLessons(db, actor, made.id, ["a"], { open: false });
  await changeLesson(db, actor, made.id, "a", { step: 1 });
  const press = () => openNextStep(db, actor, made.id, { lesson: "a", after: 1, tasks: 3 });
  await Promise.all([press(), press(), press()]);
  assert.deepEqual(await lessonsOf(db, made.id), [{ lesson: "a", open: true, step: 2, dueAt: null }]);
  for (const after of [2, 3, 3]) await openNextStep(db, actor, made.id, { lesson: "a", after, tasks: 3 });
  assert.equal((await lessonsOf(db, made.id))[0]?.step, 3);
});

testEachEngine("a learner takes a lesson in the class that they joined last, which has it and goes on", async (db) => {
  const { actor, made } = await taughtClass(db, { records: true, retentionDays: 7 });
  const later = await createClass(db, await account(db, "instructor"), { ...SETTINGS, name: "Later" });
  const learner = newLearnerId();
  await chooseLessons(db, actor, made.id, ["a", "b"], { open: false });
  await chooseLessons(db, actor, later.id, ["b"], { open: true });
  await changeLesson(db, actor, made.id, "a", { step: 2, dueAt: 5 });
  assert.equal(await classOf(db, learner, "a"), undefined);
  await joinClass(db, { class: made, learner, name: " Anna   Weber " });
  assert.deepEqual(await classOf(db, learner, "a"), {
    id: made.id,
    name: "Group 2",
    records: true,
    retentionDays: 7,
    open: false,
    step: 2,
    dueAt: 5,
    learnerName: "Anna Weber",
  });
  assert.equal(await classOf(db, learner, "c"), undefined);
  assert.equal(await classOf(db, newLearnerId(), "a"), undefined);
  await new Promise((resolve) => setTimeout(resolve, 5));
  await joinClass(db, { class: later, learner, name: "Anna" });
  assert.equal((await classOf(db, learner, "b"))?.id, later.id);
  assert.equal((await classOf(db, learner, "a"))?.id, made.id);
  await archiveClass(db, actor, later.id);
  assert.equal((await classOf(db, learner, "b"))?.id, made.id);
  await removeMember(db, actor, made.id, learner);
  assert.equal(await classOf(db, learner, "b"), undefined);
});

testEachEngine("whoever was taken out cannot come back by themselves, whoever left can; progress stays theirs", async (db) => {
  const { actor, made } = await taughtClass(db);
  const learner = await joined(db, made, "Anna");
  const join = () => joinClass(db, { class: made, learner, name: "Anna again" });
  await join();
  assert.equal((await membershipOf(db, made.id, learner))?.name, "Anna", "to join again changes nothing");
  await markDone(db, { learner, lesson: "a", task: "t" });
  await removeMember(db, actor, made.id, learner);
  await assert.rejects(join(), refused(/took you out/));
  await leaveClass(db, made.id, learner);
  await assert.rejects(join(), refused(/took you out/));
  assert.deepEqual(await classesJoined(db, learner), []);
  await restoreMember(db, actor, made.id, learner);
  await renameMember(db, made.id, learner, "Anna W.");
  assert.deepEqual(
    (await classesJoined(db, learner)).map(({ id, learnerName, instructors }) => [id, learnerName, instructors]),
    [[made.id, "Anna W.", ["Ida"]]],
  );
  await leaveClass(db, made.id, learner);
  assert.equal(await membershipOf(db, made.id, learner), undefined);
  await join();
  await deleteClass(db, actor, made);
  assert.deepEqual(await doneTasks(db, learner, "a"), ["t"]);
  await assert.rejects(removeMember(db, actor, made.id, learner), refused(/any more/));
});

testEachEngine(
  "a class takes only whom it may: by its code of now, while it goes on, with an account where it needs one",
  async (db) => {
    const { actor, made } = await taughtClass(db, { needsAccount: true });
    const learner = newLearnerId();
    await assert.rejects(joinClass(db, { class: made, learner, name: "Anna" }), refused(/with an account/));
    const owned = await account(db, "learner");
    for (const name of ["", "  ", "\u200b", "x".repeat(81)])
      await assert.rejects(joinClass(db, { class: made, learner, name, account: owned }), /name|called/);
    await archiveClass(db, actor, made.id);
    await assert.rejects(joinClass(db, { class: made, learner, name: "Anna", account: owned }), refused(/over/));
    await restoreClass(db, actor, made.id);
    await changeCode(db, actor, made.id);
    await assert.rejects(
      joinClass(db, { class: made, learner, name: "Anna", account: owned }),
      refused(/no class with this code/),
    );
    assert.deepEqual(await membersOf(db, made.id), []);
  },
);

testEachEngine(
  "who joins is found in the roster by e-mail address, else by a name that only one has whom nobody is yet",
  async (db) => {
    const { actor, made } = await taughtClass(db);
    await importRoster(db, actor, made.id, [
      { name: "Anna Weber", email: "anna@uni.example", reference: "1" },
      { name: "Bo Li", email: null, reference: "2" },
      { name: "Twin Name", email: null, reference: "3" },
      { name: "Twin Name", email: null, reference: "4" },
    ]);
    const claimed = async () =>
      Object.fromEntries((await rosterOf(db, made.id)).map(({ reference, learner }) => [reference, learner]));
    const bo = await joined(db, made, " bo  LI");
    const secondBo = await joined(db, made, "Bo Li");
    await joined(db, made, "Twin Name");
    const nick = newLearnerId();
    await joinClass(db, { class: made, learner: nick, name: "nick", account: { id: "x", email: "Anna@Uni.example" } });
    assert.deepEqual(await claimed(), { 1: nick, 2: bo, 3: null, 4: null });

    const entries = await rosterOf(db, made.id);
    const entry = (reference: string) => entries.find((one) => one.reference === reference)?.id ?? "";
    await assignEntry(db, made.id, entry("3"), secondBo);
    await assert.rejects(assignEntry(db, made.id, entry("1"), bo), refused(/any more/));
    assert.equal((await claimed())[2], bo, "a hand that reached for a taken entry let go of nothing");
    await assert.rejects(assignEntry(db, made.id, entry("4"), newLearnerId()), refused(/not in the class/));
    await assignEntry(db, made.id, entry("4"), secondBo);
    await leaveClass(db, made.id, bo);
    assert.deepEqual(await claimed(), { 1: nick, 2: null, 3: null, 4: secondBo });
  },
);

testEachEngine("a roster that is imported again is brought up to date, and finds learners who came before it", async (db) => {
  const { actor, made } = await taughtClass(db);
  const learner = await joined(db, made, "carl sagan");
  const { rows } = readRoster(new TextEncoder().encode("name,e-mail\nAnna,anna@uni.example\nCarl Sagan,\n"));
  const first = await importRoster(db, actor, made.id, rows);
  assert.deepEqual(first, { added: 2, changed: 0, same: 0 });
  const again = await importRoster(db, actor, made.id, [
    { name: "Anna Weber", email: "anna@uni.example", reference: "7" },
    { name: "Carl Sagan", email: null, reference: null },
    { name: "Dora", email: null, reference: null },
  ]);
  assert.deepEqual(again, { added: 1, changed: 1, same: 1 });
  const roster = await rosterOf(db, made.id);
  assert.deepEqual(
    roster.map(({ name, reference, learner }) => [name, reference, learner]),
    [
      ["Anna Weber", "7", null],
      ["Carl Sagan", null, learner],
      ["Dora", null, null],
    ],
  );
  const many = Array.from({ length: 2_000 }, (_, index) => ({ name: `Person ${index}`, email: null, reference: String(index) }));
  await assert.rejects(importRoster(db, actor, made.id, many), refused(/2000/));
  assert.equal((await rosterOf(db, made.id)).length, 3, "all or nothing");
});

testEachEngine("nothing of a class is reached by the id of another", async (db) => {
  const { actor, made } = await taughtClass(db);
  const { made: other } = await taughtClass(db);
  const learner = await joined(db, made, "Anna");
  await importRoster(db, actor, made.id, [{ name: "Bo", email: null, reference: null }]);
  await chooseLessons(db, actor, made.id, ["a"], { open: false });
  const entry = (await rosterOf(db, made.id))[0]?.id ?? "";
  await assert.rejects(removeMember(db, actor, other.id, learner), refused(/any more/));
  await assert.rejects(restoreMember(db, actor, other.id, learner), refused(/any more/));
  await assert.rejects(renameMember(db, other.id, learner, "Mallory"), refused(/any more/));
  await assert.rejects(changeEntry(db, other.id, entry, { name: "M", email: null, reference: null }), refused(/any more/));
  await assert.rejects(removeEntry(db, actor, other.id, entry), refused(/any more/));
  await assert.rejects(assignEntry(db, other.id, entry, null), refused(/any more/));
  await assert.rejects(changeLesson(db, actor, other.id, "a", { open: true }), refused(/any more/));
  assert.deepEqual(
    (await membersOf(db, made.id)).map(({ name, removedAt }) => [name, removedAt]),
    [["Anna", null]],
  );
  assert.equal((await rosterOf(db, made.id))[0]?.name, "Bo");
  assert.equal((await lessonsOf(db, made.id))[0]?.open, false);
});

testEachEngine("what a learner sees of their class has a version, which is another when anything of it changes", async (db) => {
  const { actor, made } = await taughtClass(db);
  await chooseLessons(db, actor, made.id, ["a", "b"], { open: false });
  const learner = await joined(db, made, "Anna");
  const seen = new Set<string | undefined>();
  const version = () => classVersion(db, made.id, learner);
  for (const change of [
    async () => {},
    () => changeLesson(db, actor, made.id, "a", { open: true }),
    () => changeLesson(db, actor, made.id, "a", { step: 1 }),
    () => changeLesson(db, actor, made.id, "b", { dueAt: 9 }),
    () => moveLesson(db, actor, made.id, "b", -1),
    () => changeSettings(db, actor, made.id, { ...SETTINGS, records: true }),
    () => archiveClass(db, actor, made.id),
    () => removeMember(db, actor, made.id, learner),
  ]) {
    await change();
    seen.add(await version());
    assert.equal(await version(), [...seen].at(-1), "the same while nothing changes");
  }
  assert.equal(seen.size, 8);
  assert.equal(await classVersion(db, made.id, newLearnerId()), undefined);
});

testEachEngine("an account that goes leaves its classes to operators, and its learner out of them", async (db) => {
  const { owner, made } = await taughtClass(db);
  const learner = newLearnerId();
  await ensureLearner(db, learner);
  await joinClass(db, { class: made, learner, name: "Anna" });
  await db.deleteFrom("account").where("id", "=", owner.id).execute();
  await db.deleteFrom("learner").where("id", "=", learner).execute();
  assert.deepEqual(await membersOf(db, made.id), []);
  assert.equal((await teaches(db, await account(db, "operator"), made.id))?.id, made.id);
});

testEachEngine(
  "codes are read however they are written, and are of nothing but letters and digits that look like no other",
  async () => {
    for (let made = 0; made < 500; made++) {
      const code = newCode();
      assert.match(code, /^[2-9B-DF-HJKMNP-TV-Z]{6}$/);
      assert.equal(readCode(`  ${code.slice(0, 2).toLowerCase()} ${code.slice(2, 4)}-${code.slice(4)}\n`), code);
    }
    for (const wrong of ["", "K7M4Q", "K7M4QTX", "K7M4Q0", "K7M4QA", "K7M4Q'", "Ｋ7M4QT", "K7M4QT".padEnd(40)])
      assert.equal(readCode(wrong), undefined, wrong);
  },
);
