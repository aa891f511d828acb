/**
 * Everything that the site and the lab-server send to a learner and to an instructor, read as it comes: pages, their pieces, files, and every
 * frame of their sockets. Nothing is in it that is not theirs to know. Needs root.
 */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import test, { after, before } from "node:test";
import { z } from "zod";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { signLearner } from "../../classroom/learners.ts";
import { joinClass } from "../../classroom/members.ts";
import { freePort } from "../browser/product.ts";
import { LESSONS, makePeople, makePrey, type People, type Prey } from "./authorization-world.ts";
import { Guest } from "./guest.ts";
import { Lab } from "./harness.ts";
import { LESSON } from "./school.ts";
import { Site } from "./site.ts";
import { StaffClient } from "./staff-client.ts";

/** In another class of the instructor's, with whom the learner has nothing to do. */
const ANONYMOUS = "learner-anonymous-0815";
const Ticket = z.object({ ticket: z.string() });

let lab: Lab;
let site: Site;
let db: Database;
let people: People;
let prey: Prey;
/** What is nobody's to be told: sessions' tokens, hashes of passwords and of links. */
let secrets: string[];
before(async () => {
  lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_ORIGIN: "http://localhost:3000", UNBOXED_POOL: "2" } });
  site = await Site.start(lab, await freePort());
  const database = `${lab.stateFolder}/database/unboxed.sqlite`;
  db = await openDatabase(database);
  people = await makePeople({ database, secret: lab.secret, origin: lab.origin });
  prey = await makePrey(db, people);
  await joinClass(db, { class: prey.class, learner: ANONYMOUS, name: "Cordula without account" });
  const [sessions, credentials, links] = await Promise.all([
    db.selectFrom("session").select(["token"]).execute(),
    db.selectFrom("credential").select(["password"]).execute(),
    db.selectFrom("one_time_link").select("hash").execute(),
  ]);
  const hashes = credentials.flatMap(({ password }) => password ?? []);
  assert.equal(hashes.length, 7, "everybody has a password");
  secrets = [
    ...sessions.map(({ token }) => token),
    ...hashes,
    ...hashes.flatMap((hash) => hash.split(":")),
    ...links.map(({ hash }) => hash),
  ];
  secrets.push(lab.secret);
});
after(async () => {
  await db?.destroy();
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

/** All that was sent, by where it came from. */
class Heard {
  readonly #heard: [what: string, text: string][] = [];
  add(what: string, text: string): void {
    this.#heard.push([what, text]);
  }
  /** Where there is a word that should not be there. */
  find(words: readonly string[]): string[] {
    return words.flatMap((word) => this.#heard.flatMap(([what, text]) => (text.includes(word) ? [`${word} in ${what}`] : [])));
  }
  get size(): number {
    return this.#heard.length;
  }
  has(word: string): boolean {
    return this.#heard.some(([, text]) => text.includes(word));
  }
}

/** A page, and what a page's script is sent for it; or a file. */
async function read(heard: Heard, guest: Guest, path: string, status = 200): Promise<void> {
  const page = await guest.ask(path);
  assert.equal(page.status, status, path);
  heard.add(path, page.body);
  let piece = await guest.ask(path, { headers: { rsc: "1", accept: "text/x-component" } });
  const next = String(piece.headers.location ?? "");
  if (next.includes("_rsc=")) piece = await guest.ask(next, { headers: { rsc: "1", accept: "text/x-component" } });
  heard.add(`${path} as its pieces`, piece.body);
}

async function ticketOf(guest: Guest, path: string, body: object): Promise<string> {
  const answer = await guest.ask(path, {
    method: "POST",
    headers: { origin: lab.origin, "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(body)),
  });
  assert.equal(answer.status, 200, answer.body);
  return Ticket.parse(JSON.parse(answer.body)).ticket;
}

async function labPage(guest: Guest, heard: Heard) {
  const page = await lab.socket();
  page.hello(await ticketOf(guest, "/api/ticket", { lesson: LESSON }), randomUUID());
  await page.hear("welcome");
  return { page, keep: () => heard.add("the lab page's socket", page.frames.join("\n")) };
}

test("what a learner and those who teach them are sent", async (t) => {
  const as = ({ cookie }: { cookie: string }) => new Guest(site.port, lab.origin, cookie);
  const [learner, classmate, teacher] = [as(people.learner), as(people.classmate), as(people.teacher)];
  const anonymous = new Guest(
    site.port,
    lab.origin,
    `unboxed_learner=${await signLearner(ANONYMOUS, new TextEncoder().encode(lab.secret))}`,
  );
  const [told, toldAnonymous, toldTeacher] = [new Heard(), new Heard(), new Heard()];
  const boardFrames = new Heard();
  const { class: mine, theirs } = prey;

  await t.test("a lesson is played: hands, help, messages, a demonstration, checks", async () => {
    const mate = await labPage(classmate, new Heard());
    const own = await labPage(learner, told);
    const third = await labPage(anonymous, toldAnonymous);
    const shown = await labPage(teacher, toldTeacher);
    await shown.page.open(1);
    await own.page.open(1);
    const board = new StaffClient(lab.port, lab.origin);
    await board.opened;
    board.hello(await ticketOf(teacher, "/api/staff-ticket", { class: mine.id }));
    await board.until("the board", () => board.last("board") !== undefined);

    mate.page.say({ type: "hand", raised: true });
    await mate.page.hear("class", (message) => message.class?.hand?.place === 1);
    own.page.say({ type: "hand", raised: true });
    await own.page.hear("class", (message) => message.class?.hand?.place === 2);
    const watcher = await lab.socket();
    watcher.hello(
      await ticketOf(teacher, "/api/watch-ticket", { class: mine.id, learner: prey.learner, lesson: LESSON }),
      randomUUID(),
    );
    await watcher.hear("welcome");
    watcher.say({ type: "typing", wanted: true });
    await own.page.hear("helpers", ({ helpers }) => helpers[0]?.typing === "asks");
    own.page.say({ type: "helper", helper: watcher.client, mayType: true });
    await watcher.hear("typing", ({ state }) => state === "yes");
    assert.equal((await board.ask({ type: "message", to: "all", text: "Look at the inode.", command: "ls -i" })).type, "done");
    await own.page.hear("message");
    const start = { type: "demonstration.start", lesson: LESSON, terminal: 1 } as const;
    assert.equal((await board.ask(start)).type, "done");
    await own.page.hear("class", (message) => message.class?.demonstration !== null);
    own.page.say({ type: "demonstration", look: true });
    await own.page.hear("demonstration");
    own.page.say({ type: "check", task: "directory" });
    await own.page.hear("task", ({ task }) => task.reason !== undefined);
    own.page.say({ type: "xray", look: true });
    await own.page.hear("xray.facts");
    own.page.type(1, "mkdir /root/box\n");
    await own.page.hear("task", ({ task }) => task.id === "directory" && task.done);
    await board.see(prey.learner, "the tick", (row) => row.cells[LESSON]?.directory?.doneAt !== undefined);
    assert.equal((await board.ask({ type: "statistics", lesson: LESSON })).type, "statistics");
    for (const { keep } of [own, third, shown]) keep();
    boardFrames.add("the board", board.frames.join("\n"));
    toldTeacher.add("the board", board.frames.join("\n"));
    toldTeacher.add("the page that looks on", watcher.frames.join("\n"));
    board.cut();
  });

  await t.test("pages and files are read", async () => {
    const own = `/class/${mine.id}`;
    const pages = [
      "/",
      "/classes",
      "/join",
      own,
      `${own}/record`,
      `/lessons/${LESSON}`,
      "/lessons/second",
      "/glossary",
      "/curriculum",
    ];
    for (const path of pages) {
      await read(told, learner, path);
      await read(toldAnonymous, anonymous, path);
    }
    for (const path of [`${own}/record/${prey.recording}`, `/api/class/${mine.id}`, "/account/export", "/api/search?q=harbour"])
      await read(told, learner, path);
    await read(toldAnonymous, new Guest(site.port, lab.origin), `/join/${mine.code}`);
    const taught = `/classes/${mine.id}`;
    for (const path of [
      "/",
      "/classes",
      "/classes/new",
      "/account",
      "/account/export",
      taught,
      `${taught}/board`,
      `${taught}/learners`,
      `${taught}/learners/${prey.learner}`,
      `${taught}/settings`,
      `${taught}/report`,
      `${taught}/report/report.csv`,
      `${taught}/report/report.json`,
      `${taught}/recordings/${prey.recording}`,
      `${taught}/watch/${prey.learner}/${LESSON}`,
    ])
      await read(toldTeacher, teacher, path);
    assert.ok(told.size > 20 && toldTeacher.size > 20);
  });

  const everybody = Object.values(people);
  const others = [people.classmate, people.outsider, people.stranger, people.former, people.operator];
  /** Of the class, but nothing for its learners: its code, the roster, who teaches it but for the name. */
  const ofTeachers = [people.teacher.email, people.teacher.id, people.teacher.learner, prey.entry];
  const roster = ["Rosterrow", "roswitha@roster.example", "R-4711"];
  const otherClass = [theirs.id, theirs.name, theirs.code, "Evander in class", people.outsider.email, people.outsider.learner];
  const ofLessons = ["[ -d /root/box ] ||", "[ -e /root/box/file ] ||", "touch /root/box/file"];

  await t.test("what was read is what they were sent", () => {
    // Or else nothing of what follows would be found either.
    for (const word of [
      mine.name,
      "Look at the inode.",
      "Tassilo",
      "There is no directory /root/box yet.",
      "annika@people.example",
    ])
      assert.ok(told.has(word), word);
    for (const word of [mine.name, mine.code, "Annika in class", "Benedikt in class", "roswitha@roster.example", prey.learner])
      assert.ok(toldTeacher.has(word), word);
    assert.ok(boardFrames.has("Cordula without account"));
  });

  await t.test("a learner with an account", () => {
    const words = [
      ...others.flatMap(({ id, email, learner: of }) => [id, email, of]),
      ...["Benedikt in class", "Cordula without account", ANONYMOUS, "Benedikt"],
      ...[...ofTeachers, ...roster, ...otherClass, ...ofLessons, mine.code, ...secrets],
    ];
    assert.deepEqual(told.find(words), []);
  });

  await t.test("a learner without one", () => {
    const words = [
      ...everybody.flatMap(({ id, email, learner: of }) => [id, email, of]),
      ...["Benedikt in class", "Annika in class", "Annika", "Benedikt", prey.recording],
      ...[...ofTeachers, ...roster, ...otherClass, ...ofLessons, ...secrets],
    ];
    assert.deepEqual(toldAnonymous.find(words), []);
  });

  await t.test("an instructor", () => {
    const words = [
      ...[people.outsider, people.stranger, people.operator].flatMap(({ id, email, learner: of }) => [id, email, of]),
      ...[...otherClass, ...ofLessons.slice(0, 2), ...secrets],
    ];
    assert.deepEqual(toldTeacher.find(words), []);
  });

  await t.test("a board has names, and no e-mail addresses or accounts", () => {
    const words = [...everybody.flatMap(({ id, email }) => [id, email]), "@", mine.code, ...roster, ...secrets];
    assert.deepEqual(boardFrames.find(words), []);
  });
  assert.deepEqual(site.errors, []);
});
