/**
 * Everything that the site and the lab-server can be asked for, by everybody who may come, and what they get. What is refused has changed
 * nothing and tells nothing. Needs root.
 */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { after, before } from "node:test";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { freePort } from "../browser/product.ts";
import { ACTIONS, type ActionOutcome } from "./authorization-actions.ts";
import { CROSSED, type Outcome, ROUTES } from "./authorization-routes.ts";
import {
  CLOSED_LESSON,
  changes,
  LESSONS,
  makePeople,
  makePrey,
  type People,
  type Prey,
  privateWords,
  ROLES,
  type RoleName,
  rowsOf,
} from "./authorization-world.ts";
import { type Answer, Guest } from "./guest.ts";
import { Lab } from "./harness.ts";
import { LESSON } from "./school.ts";
import { type ActionAnswer, ServerActions } from "./server-actions.ts";
import { Site } from "./site.ts";

const APP = join(import.meta.dirname, "../../app");

let lab: Lab;
let site: Site;
let db: Database;
let actions: ServerActions;
let people: People;
let prey: Prey;
before(async () => {
  lab = await Lab.start({ lessons: LESSONS, env: { UNBOXED_ORIGIN: "http://localhost:3000" } });
  site = await Site.start(lab, await freePort());
  const database = `${lab.stateFolder}/database/unboxed.sqlite`;
  db = await openDatabase(database);
  actions = new ServerActions(lab.stateFolder);
  people = await makePeople({ database, secret: lab.secret, origin: lab.origin });
  prey = await makePrey(db, people);
});
after(async () => {
  await db?.destroy();
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

function guestAs(role: RoleName): Guest {
  return new Guest(site.port, lab.origin, role === "nobody" ? undefined : people[role].cookie);
}

/** Whether a row that changed is not the asker's own, nor a newcomer's: nobody has rows before they do something. */
function isAnothers(role: RoleName, change: string): boolean {
  if (role === "nobody") return !/^\+ (learner|membership|visit|hint_use|solution_reveal|quiz_answer) /.test(change);
  const { id, learner, email } = people[role];
  return ![id, learner, email].some((own) => change.includes(own));
}

function tellsNothing(body: string, what: string): void {
  for (const word of privateWords(prey, people)) assert.ok(!body.includes(word), `${what} tells “${word}”`);
}

test("every page and route is in the matrix, and nothing else", () => {
  const found = globSync("**/{page.tsx,route.ts}", { cwd: APP }).flatMap((file) => {
    if (file.endsWith("page.tsx")) return `GET ${file}`;
    const methods = [...readFileSync(join(APP, file), "utf8").matchAll(/^export (?:async function|const) ([A-Z]+)\b/gm)];
    assert.ok(methods.length > 0, `${file} has no method that this test can see`);
    return methods.map(([, method]) => `${method} ${file}`);
  });
  assert.deepEqual(found.toSorted(), Object.keys(ROUTES).toSorted());
});

test("every server action is in the matrix, and nothing else", () => {
  const files = globSync("**/*.{ts,tsx}", { cwd: APP })
    .map((file) => ({ name: `app/${file}`, text: readFileSync(join(APP, file), "utf8") }))
    .filter(({ text }) => /^\s*["']use server["']/m.test(text));
  for (const { name, text } of files) assert.match(text, /^["']use server["']/, `${name} has actions within functions`);
  const exported = files.flatMap(({ name, text }) =>
    [...text.matchAll(/^export (?:async function|const) (\w+)/gm)].map(([, action]) => `${name} ${action}`),
  );
  const built = files.flatMap(({ name }) => actions.of(name).map((action) => `${name} ${action}`));
  assert.deepEqual(exported.toSorted(), Object.keys(ACTIONS).toSorted());
  assert.deepEqual(built.toSorted(), exported.toSorted(), "as the build has them");
  assert.equal(actions.count, built.length, "the build has no others, such as from components");
});

const outcomeOf = ({ status, headers }: Answer): Outcome =>
  status === 307 && String(headers.location).startsWith("/sign-in") ? "sign-in" : status;

for (const [name, { path, body, expected }] of Object.entries(ROUTES))
  test(name, async () => {
    const sent = body?.(prey);
    for (const role of ROLES) {
      const wanted = expected[role];
      const isRefused = wanted !== 200 && wanted !== 307;
      const before = isRefused ? await rowsOf(db) : [];
      const guest = guestAs(role);
      const answer = await guest.ask(
        path(prey),
        sent === undefined
          ? {}
          : {
              method: "POST",
              headers: { origin: lab.origin, "content-type": typeof sent === "string" ? "text/csv" : "application/json" },
              body: new TextEncoder().encode(typeof sent === "string" ? sent : JSON.stringify(sent)),
            },
      );
      assert.equal(outcomeOf(answer), wanted, `${role}: ${answer.body.slice(0, 300)}`);
      if (!isRefused) continue;
      tellsNothing(answer.body, role);
      if (name.endsWith("page.tsx")) await asksPieces(name, path(prey), role);
      assert.deepEqual(changes(before, await rowsOf(db)), [], `${role} has changed something`);
    }
  });

/** As a page's script asks for another page: all of it, and the innermost part alone, as if the layouts around it were there. */
async function asksPieces(name: string, path: string, role: RoleName): Promise<void> {
  for (const tree of [undefined, routerState(name, path)]) {
    const state = tree === undefined ? {} : { "next-router-state-tree": encodeURIComponent(JSON.stringify(tree)) };
    const ask = (at: string) => guestAs(role).ask(at, { headers: { rsc: "1", accept: "text/x-component", ...state } });
    let answer = await ask(path);
    // Next leads a request without the hash of its headers to the address that has it.
    const next = String(answer.headers.location ?? "");
    if (next.includes("_rsc=")) answer = await ask(next);
    assert.ok(answer.status < 500, `${role}: ${answer.status} ${answer.body.slice(0, 300)}`);
    tellsNothing(answer.body, `${role}, by the page's script,`);
  }
}

/** What a page's script says that it has already: everything but the page itself. */
function routerState(name: string, path: string): unknown {
  const names = name.replace(/^GET /, "").split("/").slice(0, -1);
  const values = path.split("/").slice(1);
  let at = 0;
  const segments = names.map((segment) => {
    if (segment.startsWith("(")) return segment;
    const value = values[at++] ?? "";
    return segment.startsWith("[") ? [segment.slice(1, -1), value, "d", null] : segment;
  });
  const inner: unknown = ["__PAGE__", {}, null, "refetch"];
  return ["", ...segments].reduceRight((child, segment) => [segment, { children: child }, null, null], inner);
}

test("what is of one class is not found by another one's address, also by who teaches that one", async () => {
  for (const path of CROSSED)
    for (const role of ["outsider", "stranger", "operator"] as const) {
      const { status, body } = await guestAs(role).ask(path(prey));
      assert.equal(status, 404, `${role} at ${path(prey)}`);
      if (role !== "operator") tellsNothing(body, role);
    }
});

test("a ticket is for nobody but who asks", async () => {
  const page = await guestAs("outsider").ask("/api/ticket", {
    method: "POST",
    headers: { origin: lab.origin, "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify({ lesson: LESSON, learner: prey.learner, kind: "watch" })),
  });
  const { learner, kind } = claimsOf(page);
  assert.deepEqual({ learner, kind }, { learner: people.outsider.learner, kind: "learner" });
  const closed = await guestAs("learner").ask("/api/ticket", {
    method: "POST",
    headers: { origin: lab.origin, "content-type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify({ lesson: CLOSED_LESSON })),
  });
  assert.equal(closed.status, 403);
});

function claimsOf({ body }: Answer): Record<string, unknown> {
  const [, payload = ""] = String(JSON.parse(body).ticket).split(".");
  return JSON.parse(Buffer.from(payload, "base64url").toString());
}

function actionOutcome({ status, location, returned }: ActionAnswer): ActionOutcome {
  if (location?.startsWith("/sign-in")) return "sign-in";
  if (status === 404) return "none";
  if (status >= 500) return "broken";
  assert.ok(status === 200 || status === 303, `an action is answered ${status}`);
  const says = typeof returned === "object" && returned !== null && ("problem" in returned || "fields" in returned);
  return says ? "said" : "done";
}

test("a learner gets no solution of what the class has not opened", async () => {
  const lessonActions = "app/lessons/[slug]/actions.ts";
  const ask = (slug: string, name: string, ...more: unknown[]) =>
    actions.call(guestAs("classmate"), `/lessons/${LESSON}`, lessonActions, name, [slug, ...more]);
  const before = await rowsOf(db);
  assert.equal(actionOutcome(await ask(CLOSED_LESSON, "revealSolution", "directory")), "broken");
  assert.equal(actionOutcome(await ask(CLOSED_LESSON, "recordHint", "directory", 0)), "broken");
  assert.equal(actionOutcome(await ask(CLOSED_LESSON, "answerQuiz", "question", [0])), "broken");
  assert.equal(actionOutcome(await ask(LESSON, "revealSolution", "file")), "broken", "of a step that is not open yet");
  assert.deepEqual(changes(before, await rowsOf(db)), []);
});

for (const [name, { path, args, expected, onlyReads }] of Object.entries(ACTIONS))
  test(name, async () => {
    const [file = "", action = ""] = name.split(/ (?=\w+$)/);
    for (const role of ROLES) {
      const isDone = expected[role] === "done";
      // What others do next is done to something that is whole.
      const target = isDone ? await makePrey(db, people) : prey;
      const before = await rowsOf(db);
      const answer = await actions.call(guestAs(role), path(target), file, action, args(target, people));
      assert.equal(actionOutcome(answer), expected[role], `${role}: ${JSON.stringify(answer)}`);
      const changed = changes(before, await rowsOf(db));
      const isForAnybody = Object.values(expected).filter((outcome) => outcome === "done").length > 3;
      if (!isDone) assert.deepEqual(changed, [], `${role} has changed something`);
      else if (isForAnybody) {
        const others = changed.filter((change) => isAnothers(role, change));
        assert.deepEqual(others, [], `${role} has changed another’s`);
      } else if (!onlyReads) assert.notEqual(changed.length, 0, `${role} has changed nothing`);
    }
  });
