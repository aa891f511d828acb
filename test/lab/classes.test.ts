/** Classes by the wire: whoever comes, what they get, and what nobody but those who teach may do. Needs root. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { auditLog } from "../../classroom/audit.ts";
import { instructorsOf } from "../../classroom/class-instructors.ts";
import { changeLesson, chooseLessons, lessonsOf } from "../../classroom/class-lessons.ts";
import {
  actorOf,
  archiveClass,
  type Class,
  ClassSettings,
  changeCode,
  createClass,
  restoreClass,
  teaches,
} from "../../classroom/classes.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { ensureLearner, newLearnerId, readLearner, signLearner } from "../../classroom/learners.ts";
import { joinClass, membersOf, removeMember } from "../../classroom/members.ts";
import { importRoster, rosterOf } from "../../classroom/roster.ts";
import { freePort } from "../browser/product.ts";
import { Guest } from "./guest.ts";
import { Lab } from "./harness.ts";
import { makeAccount, type Person, type Place } from "./people.ts";
import { SCHOOL_LESSON } from "./school.ts";
import { ServerActions } from "./server-actions.ts";
import { Site } from "./site.ts";

const LESSON_ACTIONS = "app/classes/[id]/lesson-actions.ts";
const LEARNER_ACTIONS = "app/classes/[id]/learners/actions.ts";
const SETTINGS_ACTIONS = "app/classes/[id]/settings/actions.ts";
/** Which page of the class has them. */
const PAGES: Readonly<Record<string, string>> = {
  [LESSON_ACTIONS]: "",
  [LEARNER_ACTIONS]: "/learners",
  [SETTINGS_ACTIONS]: "/settings",
};
const SETTINGS = ClassSettings.parse({ name: "Group 2", needsAccount: false, records: false, retentionDays: 30 });

let lab: Lab;
let site: Site;
let db: Database;
let place: Place;
let actions: ServerActions;
let ida: Person;
let other: Person;
let operator: Person;
let lea: Person;
before(async () => {
  lab = await Lab.start({
    lessons: { school: SCHOOL_LESSON, second: SCHOOL_LESSON },
    env: { UNBOXED_ORIGIN: "http://localhost:3000" },
  });
  site = await Site.start(lab, await freePort());
  place = { database: `${lab.stateFolder}/database/unboxed.sqlite`, secret: lab.secret, origin: lab.origin };
  db = await openDatabase(place.database);
  actions = new ServerActions(lab.stateFolder);
  ida = await makeAccount(place, { name: "Ida", email: "ida@example.org", role: "instructor" });
  other = await makeAccount(place, { name: "Omar", email: "omar@example.org", role: "instructor" });
  operator = await makeAccount(place, { name: "Olga", email: "olga@example.org", role: "operator" });
  lea = await makeAccount(place, { name: "Lea", email: "lea@example.org" });
});
after(async () => {
  await db?.destroy();
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

const guest = (cookie?: string) => new Guest(site.port, lab.origin, cookie);
const secret = () => new TextEncoder().encode(lab.secret);

/** A class of Ida's that has both lessons, closed. */
async function taughtClass(settings: Partial<ClassSettings> = {}): Promise<Class> {
  const owner = { ...ida, role: "instructor" as const };
  const made = await createClass(db, owner, { ...SETTINGS, ...settings });
  await chooseLessons(db, actorOf(owner), made.id, ["school", "second"], { open: false });
  return made;
}

/** A browser whose learner is in the class. */
async function memberOf(of: Class, name: string): Promise<{ visitor: Guest; learner: string }> {
  const learner = newLearnerId();
  await ensureLearner(db, learner);
  await joinClass(db, { class: of, learner, name });
  return { visitor: guest(`unboxed_learner=${await signLearner(learner, secret())}`), learner };
}

/** Everything that is kept of a class. */
async function stateOf({ id }: Class) {
  const [settings, lessons, members, roster, instructors] = await Promise.all([
    db.selectFrom("class").selectAll().where("id", "=", id).execute(),
    lessonsOf(db, id),
    membersOf(db, id),
    rosterOf(db, id),
    instructorsOf(db, id),
  ]);
  return { settings, lessons, members, roster, instructors };
}

test("what those who teach do works by the wire, and is answered in a sentence where it may not be", async () => {
  const made = await taughtClass();
  const teacher = guest(ida.cookie);
  const act = async (file: string, name: string, ...args: unknown[]) => {
    const { status, returned } = await actions.call(teacher, `/classes/${made.id}${PAGES[file]}`, file, name, [made.id, ...args]);
    assert.equal(status, 200, name);
    return returned;
  };
  assert.deepEqual(await act(LESSON_ACTIONS, "change", "school", { open: true, step: 1 }), {});
  assert.deepEqual(await act(LESSON_ACTIONS, "openNext", "school", 1), {});
  assert.deepEqual(await act(LESSON_ACTIONS, "move", "school", 1), {});
  assert.deepEqual(await act(LESSON_ACTIONS, "change", "second", { dueAt: 1_900_000_000_000 }), {});
  assert.deepEqual(await lessonsOf(db, made.id), [
    { lesson: "second", open: false, step: null, dueAt: 1_900_000_000_000 },
    { lesson: "school", open: true, step: 2, dueAt: null },
  ]);
  assert.deepEqual(await act(LESSON_ACTIONS, "choose", ["school", "no-such-lesson"]), {});
  assert.deepEqual(
    (await lessonsOf(db, made.id)).map(({ lesson }) => lesson),
    ["school"],
  );
  assert.deepEqual(await act(LESSON_ACTIONS, "change", "second", { open: true }), {
    problem: "The class does not have this lesson any more.",
  });
  assert.deepEqual(await act(SETTINGS_ACTIONS, "save", { ...SETTINGS, retentionDays: 366 }), {
    problem: "Recordings are kept for 365 days at most.",
  });
  assert.deepEqual(await act(SETTINGS_ACTIONS, "addTeacher", other.email), {});
  assert.deepEqual(await act(LEARNER_ACTIONS, "addPerson", { name: " Bo  Li ", email: "BO@uni.example", reference: null }), {});
  assert.deepEqual(
    (await rosterOf(db, made.id)).map(({ name, email }) => [name, email]),
    [["Bo Li", "bo@uni.example"]],
  );

  // An instructor who is not the owner teaches, and no more.
  const second = guest(other.cookie);
  const asSecond = (name: string, ...args: unknown[]) =>
    actions.call(second, `/classes/${made.id}/settings`, SETTINGS_ACTIONS, name, [made.id, ...args]);
  for (const [name, arg] of [
    ["giveTo", other.id],
    ["removeTeacher", ida.id],
    ["remove", made.name],
  ] as const)
    assert.deepEqual((await asSecond(name, arg)).returned, { problem: "Only the owner of the class may do this." }, name);
  assert.deepEqual((await asSecond("removeTeacher", other.id)).location, "/classes");
  assert.equal((await second.ask(`/classes/${made.id}`)).status, 404);

  assert.deepEqual(await act(SETTINGS_ACTIONS, "archive"), {});
  assert.match(JSON.stringify(await act(LESSON_ACTIONS, "change", "school", { open: false })), /archived/);
  assert.deepEqual(await act(SETTINGS_ACTIONS, "restore"), {});
  assert.match(JSON.stringify(await act(SETTINGS_ACTIONS, "remove", "another name")), /not the class's name/);
  const gone = await actions.call(teacher, `/classes/${made.id}/settings`, SETTINGS_ACTIONS, "remove", [made.id, made.name]);
  assert.equal(gone.location, "/classes");
  assert.equal(await teaches(db, { id: ida.id, role: "operator" }, made.id), undefined);
  assert.ok(
    (await auditLog(db)).some(({ action, target, actor }) => action === "class.delete" && target === made.id && actor === "Ida"),
  );
});

test("nobody else may do any of it: not nobody, not a learner of the class, not another instructor", async () => {
  const made = await taughtClass();
  const { visitor: member, learner } = await memberOf(made, "Anna");
  await importRoster(db, { account: ida.id, name: "Ida" }, made.id, [{ name: "Bo", email: null, reference: null }]);
  const entry = (await rosterOf(db, made.id)).find(({ name }) => name === "Bo")?.id;
  const calls: Record<string, Record<string, unknown[]>> = {
    [LESSON_ACTIONS]: {
      choose: [[]],
      move: ["school", 1],
      change: ["school", { open: true }],
      openNext: ["school", 0],
    },
    [LEARNER_ACTIONS]: {
      renameLearner: [learner, "Mallory"],
      removeLearner: [learner],
      restoreLearner: [learner],
      assign: [entry, learner],
      addPerson: [{ name: "Mallory", email: null, reference: null }],
      changePerson: [entry, { name: "Mallory", email: null, reference: null }],
      removePerson: [entry],
    },
    [SETTINGS_ACTIONS]: {
      save: [{ ...SETTINGS, name: "Mallory's" }],
      regenerate: [],
      addTeacher: [other.email],
      removeTeacher: [ida.id],
      giveTo: [other.id],
      archive: [],
      restore: [],
      remove: [made.name],
    },
  };
  const before = await stateOf(made);
  for (const [file, named] of Object.entries(calls)) {
    assert.deepEqual(actions.of(file).sort(), Object.keys(named).sort(), `each action of ${file} is tried`);
    for (const [name, args] of Object.entries(named))
      for (const [who, visitor] of [
        ["nobody", guest()],
        ["a learner of the class", member],
        ["a learner with an account", guest(lea.cookie)],
        ["another instructor", guest(other.cookie)],
      ] as const) {
        const { status, location, returned } = await actions.call(visitor, `/classes/${made.id}${PAGES[file]}`, file, name, [
          made.id,
          ...args,
        ]);
        const isRefused = status === 404 || location?.startsWith("/sign-in") === true;
        assert.ok(isRefused, `${name} as ${who}: ${status} ${location} ${JSON.stringify(returned)}`);
      }
  }
  assert.deepEqual(await stateOf(made), before);
});

test("pages of a class are for those who teach it, and say nothing of it to others", async () => {
  const made = await taughtClass({ name: "A class of secrets" });
  const { visitor: member } = await memberOf(made, "Anna Weber");
  for (const path of ["", "/learners", "/settings"]) {
    const page = `/classes/${made.id}${path}`;
    assert.equal((await guest(ida.cookie).ask(page)).status, 200, page);
    assert.equal((await guest(operator.cookie).ask(page)).status, 200, page);
    const nobody = await guest().ask(page);
    assert.deepEqual([nobody.status, nobody.headers.location], [307, `/sign-in?next=${encodeURIComponent(page)}`]);
    for (const visitor of [guest(other.cookie), guest(lea.cookie)]) {
      const { status, body } = await visitor.ask(page);
      assert.equal(status, 404, page);
      assert.doesNotMatch(body, /secrets|Anna Weber/);
      assert.ok(!body.includes(made.code));
    }
    assert.equal((await member.ask(page)).status, 307, "a learner without an account is sent to sign in");
  }
  assert.match((await guest(operator.cookie).ask("/classes")).body, /A class of secrets/);
  assert.doesNotMatch((await guest(other.cookie).ask("/classes")).body, /A class of secrets/);
  assert.equal((await guest(lea.cookie).ask("/classes/new")).status, 404);
  assert.equal((await guest(ida.cookie).ask("/classes/00000000-0000-0000-0000-000000000000")).status, 404);
  const { location } = await actions.call(guest(), "/classes/new", "app/classes/new/actions.ts", "create", [
    { settings: SETTINGS, lessons: [], open: true },
  ]);
  assert.match(location ?? "", /^\/sign-in/);
});

test("a learner joins by the link with only a name, and without scripts", async () => {
  const made = await taughtClass({ name: "Monday", records: true, retentionDays: 9 });
  await importRoster(db, { account: ida.id, name: "Ida" }, made.id, [{ name: "Anna Weber", email: null, reference: "7" }]);
  const visitor = guest();
  assert.equal((await visitor.ask(`/join?code=${made.code.toLowerCase()}`)).headers.location, `/join/${made.code}`);
  const { body } = await visitor.ask(`/join/${made.code}`);
  assert.match(body, /Monday/);
  assert.match(body, /Ida/);
  assert.match(body, /Terminals are recorded/);
  assert.match(body, /9(<!-- -->)? (<!-- -->)?days/);
  const nameless = await visitor.send(`/join/${made.code}`, "Join the class", { name: "   " });
  assert.equal(nameless.status, 200);
  assert.match(nameless.body, /Say what you are called/);
  const answer = await visitor.send(`/join/${made.code}`, "Join the class", { name: "anna  weber" });
  assert.deepEqual([answer.status, answer.headers.location], [303, `/class/${made.id}`]);
  const learner = (await readLearner(visitor.cookies.get("unboxed_learner") ?? "", secret()))?.id;
  assert.deepEqual(
    (await membersOf(db, made.id)).map(({ name, learner }) => [name, learner]),
    [["anna weber", learner]],
  );
  assert.equal((await rosterOf(db, made.id))[0]?.learner, learner);
  const home = await visitor.ask(`/class/${made.id}`);
  assert.equal(home.status, 200);
  assert.match(home.body, /Not open yet/);
  assert.equal((await visitor.ask(`/join/${made.code}`)).headers.location, `/class/${made.id}`, "straight in");
  assert.equal((await guest(lea.cookie).ask(`/class/${made.id}`)).status, 404, "for others it is not there");
  assert.match(String((await guest().ask(`/class/${made.id}`)).headers.location), /^\/sign-in/);
  assert.equal((await guest(lea.cookie).ask(`/api/class/${made.id}`)).status, 404);
  assert.equal((await guest().ask(`/api/class/${made.id}`)).status, 404);

  assert.equal((await actions.call(visitor, `/class/${made.id}`, "app/join/actions.ts", "leave", [made.id])).location, "/");
  assert.deepEqual(await membersOf(db, made.id), []);
  assert.equal((await rosterOf(db, made.id))[0]?.learner, null);
});

test("who may not join is told why: taken out, over, without an account, with the code of yesterday", async () => {
  const actor = { account: ida.id, name: "Ida" };
  const made = await taughtClass({ name: "Tuesday", needsAccount: true });
  const visitor = guest();
  const page = await visitor.ask(`/join/${made.code}`);
  assert.match(page.body, /for learners with an account/);
  assert.match(page.body, new RegExp(`/sign-up\\?next=${encodeURIComponent(`/join/${made.code}`)}`));
  const form = new FormData();
  form.set("name", "Anna");
  const pressed = await actions.call(visitor, `/join/${made.code}`, "app/join/actions.ts", "join", [made.code, {}, form]);
  assert.deepEqual(pressed.returned, { problem: "This class is for learners with an account. Sign in first." });
  assert.deepEqual(await membersOf(db, made.id), []);

  const known = guest(lea.cookie);
  assert.match((await known.ask(`/join/${made.code}`)).body, /value="Lea"/);
  await known.send(`/join/${made.code}`, "Join the class", { name: "Lea" });
  assert.deepEqual(
    (await membersOf(db, made.id)).map(({ learner }) => learner),
    [lea.learner],
  );
  await removeMember(db, actor, made.id, lea.learner);
  assert.match((await known.ask(`/join/${made.code}`)).body, /no longer in/);
  assert.match((await known.ask(`/class/${made.id}`)).body, /no longer in/);
  await archiveClass(db, actor, made.id);
  assert.match((await guest().ask(`/join/${made.code}`)).body, /is over/);
  await restoreClass(db, actor, made.id);
  await changeCode(db, actor, made.id);
  assert.equal((await guest().ask(`/join/${made.code}`)).status, 404);
});

test("a lesson that the class has not opened is not there for its learners, and is for everyone else", async () => {
  const actor = { account: ida.id, name: "Ida" };
  const made = await taughtClass({ name: "Wednesday" });
  const { visitor } = await memberOf(made, "Anna");
  const stranger = guest();
  const ticket = async (who: Guest) => {
    const headers = { origin: lab.origin, "content-type": "application/json" };
    const { status, body } = await who.ask("/api/ticket", {
      method: "POST",
      headers,
      body: new TextEncoder().encode('{"lesson":"school"}'),
    });
    return { status, ...(JSON.parse(body) as object) };
  };
  const reveal = (task: string) =>
    actions.call(visitor, "/lessons/school", "app/lessons/[slug]/actions.ts", "revealSolution", ["school", task]);
  const closed = await visitor.ask("/lessons/school");
  assert.match(closed.body, /has not opened this lesson yet/);
  assert.doesNotMatch(closed.body, /data-task|eyJ/, "neither its tasks nor a ticket");
  assert.deepEqual(await ticket(visitor), {
    status: 403,
    message: "Your instructor has closed this lesson.",
    code: "lesson-closed",
  });
  assert.equal((await reveal("directory")).status, 500);
  assert.match((await stranger.ask("/lessons/school")).body, /data-task/);
  assert.equal((await ticket(stranger)).status, 200);

  const version = async () => (await visitor.ask(`/api/class/${made.id}`)).body;
  const before = await version();
  assert.equal(await version(), before);
  await changeLesson(db, actor, made.id, "school", { open: true, step: 1 });
  assert.notEqual(await version(), before, "a page that waits hears of it");
  const open = (await visitor.ask("/lessons/school")).body;
  assert.deepEqual(
    [...open.matchAll(/data-task="([\w-]+)" data-state="(\w+)"/g)].map(([, task, state]) => [task, state]),
    [
      ["directory", "todo"],
      ["file", "closed"],
    ],
  );
  assert.equal((await ticket(visitor)).status, 200);
  assert.equal((await reveal("directory")).status, 200);
  assert.equal((await reveal("file")).status, 500, "the solution of a task that is not open");
  assert.deepEqual(
    (await db.selectFrom("solution_reveal").select("task").execute()).map(({ task }) => task),
    ["directory"],
  );
  await archiveClass(db, actor, made.id);
  assert.match((await visitor.ask("/lessons/school")).body, /data-task="file" data-state="todo"/);
});

test("a roster's file is read, shown and taken; bad rows are named, and only those who teach may send one", async () => {
  const made = await taughtClass({ name: "Thursday" });
  const send = async (who: Guest, body: string | Uint8Array, query = "") => {
    const headers = { origin: lab.origin, accept: "application/json", "content-type": "text/csv" };
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    const answer = await who.ask(`/classes/${made.id}/learners/import${query}`, { method: "POST", headers, body: bytes });
    return { status: answer.status, body: JSON.parse(answer.body) };
  };
  const file = "E-Mail;Name;Number\r\nanna@uni.example;Anna Weber;1\r\nno-address;Otto;2\r\n;Bo Li;3\r\n;bo  li;\r\n;;4\r\n";
  const teacher = guest(ida.cookie);
  const shown = await send(teacher, file);
  assert.deepEqual(shown.body.reading.problems, [
    { row: 3, problem: "Its e-mail address is none." },
    { row: 6, problem: "It has no name." },
  ]);
  assert.deepEqual(shown.body.reading.repeated, [{ row: 5, of: 4 }]);
  assert.deepEqual(await rosterOf(db, made.id), [], "it was only looked at");
  const taken = await send(teacher, file, "?keep");
  assert.deepEqual(taken.body.done, { added: 2, changed: 0, same: 0 });
  assert.deepEqual(
    (await rosterOf(db, made.id)).map(({ name, email, reference }) => [name, email, reference]),
    [
      ["Anna Weber", "anna@uni.example", "1"],
      ["Bo Li", null, "3"],
    ],
  );
  const long = `name\n${"x".repeat(79)}\n`.padEnd(200_000, "\n");
  assert.equal((await send(teacher, long)).status, 200, "longer than other requests may be");
  assert.equal((await send(teacher, "name\n".padEnd(256 * 1024 + 1, "\n"))).status, 413);
  assert.equal((await send(teacher, "a,b\n1,2\n")).status, 422);
  assert.equal((await send(guest(), file, "?keep")).status, 401);
  assert.equal((await send(guest(lea.cookie), file, "?keep")).status, 404);
  assert.equal((await send(guest(other.cookie), file, "?keep")).status, 404);
  assert.equal((await send((await memberOf(made, "M")).visitor, file, "?keep")).status, 401);
  const elsewhere = await teacher.ask("/api/ticket", {
    method: "POST",
    headers: { origin: lab.origin, "content-type": "application/json" },
    body: new Uint8Array(100_000),
  });
  assert.equal(elsewhere.status, 413, "no other request may be that long");
});

test("a code cannot be found by trying", async () => {
  const made = await taughtClass({ name: "Friday" });
  const from = (address: string) => ({ headers: { "x-forwarded-for": address } });
  const visitor = guest();
  let wrong = 0;
  for (; wrong < 300; wrong++) {
    // Each from a browser that is new, so that no cookie is counted.
    visitor.cookies.clear();
    const { status } = await visitor.ask(`/join/BBB${String(222 + wrong).replaceAll(/[01]/g, "Z")}`, from("203.0.113.7"));
    if (status !== 404) break;
  }
  assert.ok(wrong >= 150 && wrong < 260, `${wrong} codes were tried`);
  const right = await visitor.ask(`/join/${made.code}`, from("203.0.113.7"));
  assert.doesNotMatch(right.body, /Friday/, "who guesses is not told that they guessed right");
  assert.match(right.body, /Too many wrong codes/);
  assert.match((await guest().ask(`/join/${made.code}`, from("203.0.113.8"))).body, /Friday/, "others are not concerned");
});
