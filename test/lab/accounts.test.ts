/** Accounts by the wire, without a browser's scripts: whoever comes, and what they get. Needs root. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { findAccountByEmail } from "../../classroom/accounts.ts";
import { auditLog } from "../../classroom/audit.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { readLearner, signLearner } from "../../classroom/learners.ts";
import { createLink } from "../../classroom/one-time-links.ts";
import { doneTasks, markDone } from "../../classroom/progress.ts";
import { accountSecret } from "../../classroom/session-cookie.ts";
import { freePort } from "../browser/product.ts";
import { Guest } from "./guest.ts";
import { Lab } from "./harness.ts";
import { makeAccount, PASSWORD, type Person, type Place } from "./people.ts";
import { Site } from "./site.ts";

const SECURE = "https://lab.example.org";
const SESSION = "unboxed_session";
const LEARNER = "unboxed_learner";

let lab: Lab;
let site: Site;
let db: Database;
let place: Place;
before(async () => {
  lab = await Lab.start({ env: { UNBOXED_ORIGIN: `http://localhost:3000,${SECURE}` } });
  site = await Site.start(lab, await freePort());
  place = { database: `${lab.stateFolder}/database/unboxed.sqlite`, secret: lab.secret, origin: lab.origin };
  db = await openDatabase(place.database);
});
after(async () => {
  await db?.destroy();
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
});

const guest = (cookie?: string) => new Guest(site.port, lab.origin, cookie);
const person = (name: string, role?: "learner" | "instructor" | "operator"): Promise<Person> =>
  makeAccount(place, { name, email: `${name.toLowerCase()}@example.org`, ...(role ? { role } : {}) });
const learnerIn = async (visitor: Guest) =>
  (await readLearner(visitor.cookies.get(LEARNER) ?? "", new TextEncoder().encode(lab.secret)))?.id;

test("the first start prints a link that makes the first operator, once; the next start prints none", async () => {
  const path = /http:\/\/localhost:3000(\/setup\/[\w-]+)/.exec(site.output)?.[1] ?? "";
  assert.ok(path, site.output);
  const first = guest();
  const looked = await first.ask(path);
  assert.match(looked.body, /Become the operator/);
  const answer = await first.send(path, "Make the operator", { name: "Olga", email: "olga@example.org", password: PASSWORD });
  assert.deepEqual([answer.status, answer.headers.location], [303, "/people"]);
  assert.equal((await first.ask("/people")).status, 200);
  assert.equal((await findAccountByEmail(db, "olga@example.org"))?.role, "operator");
  assert.match((await guest().ask(path)).body, /does not work any more/);
  const printed = site.output.length;
  await site.kill();
  await site.start();
  assert.doesNotMatch(site.output.slice(printed), /setup/);
});

test("who signs up keeps what the browser did, and what came before is worth nothing by itself", async () => {
  const visitor = guest();
  await visitor.ask("/lessons/plain");
  const learner = (await learnerIn(visitor)) ?? "";
  const anonymous = visitor.cookies.get(LEARNER) ?? "";
  await markDone(db, { learner, lesson: "plain", task: "one" });
  const answer = await visitor.send("/sign-up?next=/glossary", "Make the account", {
    name: "Ann",
    email: "Ann@Example.org",
    password: PASSWORD,
  });
  assert.deepEqual([answer.status, answer.headers.location], [303, "/glossary"]);
  assert.equal(visitor.cookies.has(LEARNER), false, "the anonymous cookie goes");
  const cookie = String(answer.headers["set-cookie"]?.find((line) => line.startsWith(SESSION)));
  assert.match(cookie, /; HttpOnly/i);
  assert.match(cookie, /; SameSite=lax/i);
  assert.match(cookie, /; Max-Age=2592000/i);
  const ann = await findAccountByEmail(db, "ann@example.org");
  const row = await db
    .selectFrom("learner")
    .selectAll()
    .where("account", "=", ann?.id ?? "")
    .executeTakeFirst();
  assert.equal(row?.id, learner);
  const taken = guest(`${LEARNER}=${anonymous}`);
  await taken.ask("/lessons/plain");
  assert.notEqual(await learnerIn(taken), learner, "the old cookie is replaced by a new learner's");
});

test("who signs in elsewhere has both; signing out leaves a browser of nobody", async () => {
  const bert = await person("Bert");
  await markDone(db, { learner: bert.learner, lesson: "plain", task: "one" });
  const visitor = guest();
  await visitor.ask("/lessons/plain");
  const learner = (await learnerIn(visitor)) ?? "";
  await markDone(db, { learner, lesson: "plain", task: "two" });
  const answer = await visitor.send("/sign-in", "Sign in", { email: "BERT@example.org", password: PASSWORD });
  assert.equal(answer.status, 303);
  assert.deepEqual((await doneTasks(db, bert.learner, "plain")).toSorted(), ["one", "two"]);
  assert.deepEqual(await doneTasks(db, learner, "plain"), []);
  await visitor.ask("/lessons/plain");
  assert.equal(visitor.cookies.has(LEARNER), false, "who is signed in needs no anonymous learner");
});

test("wrong passwords and unknown people get one answer, and so does a body that is no form", async () => {
  await person("Cleo");
  const sentences = new Set<string>();
  for (const email of ["cleo@example.org", "nobody@example.org"]) {
    const { status, body } = await guest().send("/sign-in", "Sign in", { email, password: "not the password at all" });
    assert.equal(status, 200);
    sentences.add(/The e-mail address or the password is wrong\./.exec(body)?.[0] ?? body);
  }
  assert.equal(sentences.size, 1);
  const long = await guest().send("/sign-in", "Sign in", { email: "cleo@example.org", password: "x".repeat(3_000) });
  assert.match(long.body, /too long for a password/);
});

test("passwords that are short or easy to guess are refused with the reason, long ones with spaces are taken", async () => {
  const about = { name: "Dora Doe", email: "dora@example.org" };
  for (const [password, reason] of [
    ["only fourteen.", /at least 15 characters; this one has 14/],
    ["passwordpassword", /easy to guess/],
    ["dora doe example org", /made of your name/],
    ["abcdefghijklmnopqrstuvwxyz", /easy to guess/],
    ["x y z ".repeat(30), /at most 128/],
  ] as const) {
    const { body } = await guest().send("/sign-up", "Make the account", { ...about, password });
    assert.match(body, reason, password);
    assert.ok(!body.includes(`value="${password}"`), "the password does not come back");
  }
  const longest = "ünusual lamp 日本 ".repeat(9).slice(0, 128);
  assert.equal((await guest().send("/sign-up", "Make the account", { ...about, password: longest })).status, 303);
  assert.equal((await guest().send("/sign-in", "Sign in", { email: about.email, password: longest })).status, 303);
});

test("nobody gives themselves a role, or an e-mail address that is taken", async () => {
  const fields = { name: "Eve", email: "eve@example.org", password: PASSWORD, role: "operator", emailVerified: "true" };
  assert.equal((await guest().send("/sign-up", "Make the account", fields)).status, 303);
  assert.equal((await findAccountByEmail(db, "eve@example.org"))?.role, "learner");
  const again = await guest().send("/sign-up", "Make the account", { ...fields, password: "another good long password" });
  assert.match(again.body, /No account can be made with this e-mail address/);
});

test("who tries one account's password too often has to wait, and others do not", async () => {
  await person("Finn");
  const tries = [];
  for (let count = 0; count < 12; count++)
    tries.push(
      await guest().send("/sign-in", "Sign in", { email: "finn@example.org", password: `wrong password number ${count}` }),
    );
  assert.match(tries[9]?.body ?? "", /is wrong/);
  assert.match(tries[11]?.body ?? "", /tried too often. Wait \d+ seconds/);
  const right = await guest().send("/sign-in", "Sign in", { email: "finn@example.org", password: PASSWORD });
  assert.match(right.body, /tried too often/, "the right one is not taken either");
  await person("Gil");
  assert.equal((await guest().send("/sign-in", "Sign in", { email: "gil@example.org", password: PASSWORD })).status, 303);
});

test("a session that is ended is worth nothing, also for its learner", async () => {
  const hal = await person("Hal");
  const [here, there] = [guest(hal.cookie), guest()];
  await there.send("/sign-in", "Sign in", { email: hal.email, password: PASSWORD });
  const stolen = guest(`${SESSION}=${there.cookies.get(SESSION)}`);
  assert.equal((await stolen.ask("/account")).status, 200);
  const answer = await here.send("/account", "Sign out everywhere else", {});
  assert.equal(answer.status, 200);
  assert.doesNotMatch(answer.body, /Sign out everywhere else/);
  assert.equal((await here.ask("/account")).status, 200);
  const refused = await stolen.ask("/account");
  assert.deepEqual([refused.status, refused.headers.location], [307, "/sign-in?next=%2Faccount"]);
  await stolen.ask("/lessons/plain");
  assert.notEqual(await learnerIn(stolen), hal.learner);
  const page = (await here.ask("/account")).body;
  const other = await makeOther(hal);
  const list = await here.ask("/account");
  assert.notEqual(list.body.length, page.length);
  assert.equal((await here.send("/account", "Sign out An unknown browser", {})).status, 200);
  assert.equal((await other.ask("/account")).status, 307);
});

async function makeOther({ email }: Person): Promise<Guest> {
  const other = guest();
  await other.send("/sign-in", "Sign in", { email, password: PASSWORD });
  assert.equal((await other.ask("/account")).status, 200);
  return other;
}

test("forged and foreign cookies are nobody's", async () => {
  const ivy = await person("Ivy");
  const value = decodeURIComponent(ivy.cookie.slice(SESSION.length + 1));
  const [token = "", signature = ""] = value.split(".");
  const forged = [
    token,
    `${token}.`,
    `${token}.${"A".repeat(signature.length)}`,
    `${token}x.${signature}`,
    `${signature}.${token}`,
    await signLearner(ivy.learner, new TextEncoder().encode(accountSecret(new TextEncoder().encode(lab.secret)))),
    "%",
    "",
  ];
  for (const bad of forged) {
    const visitor = guest();
    visitor.cookies.set(SESSION, bad.includes("%") ? bad : encodeURIComponent(bad));
    assert.equal((await visitor.ask("/account")).status, 307, bad);
    assert.equal((await visitor.ask("/account/export")).status, 401, bad);
  }
  const asLearner = guest(`${LEARNER}=${await signLearner(ivy.learner, new TextEncoder().encode(lab.secret))}`);
  await asLearner.ask("/lessons/plain");
  assert.notEqual(await learnerIn(asLearner), ivy.learner);
});

test("under https the session's cookie is the host's alone, and the one of http is nobody's there", async () => {
  const jo = await makeAccount({ ...place, origin: SECURE }, { name: "Jo", email: "jo@example.org" });
  assert.match(jo.cookie, /^__Host-unboxed_session=/);
  assert.equal((await new Guest(site.port, SECURE, jo.cookie).ask("/account")).status, 200);
  assert.equal((await new Guest(site.port, SECURE, jo.cookie.replace("__Host-", "")).ask("/account")).status, 307);
  const visitor = new Guest(site.port, SECURE);
  const { headers } = await visitor.send("/sign-in", "Sign in", { email: jo.email, password: PASSWORD });
  const cookie = String(headers["set-cookie"]?.find((line) => line.startsWith("__Host-unboxed_session")));
  assert.match(cookie, /; Secure/i);
  assert.match(cookie, /; Path=\/(;|$)/i);
  assert.doesNotMatch(cookie, /Domain/i);
});

test("the way in leads to pages of this site alone", async () => {
  const kim = await person("Kim");
  for (const next of ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example"]) {
    const path = `/sign-in?next=${encodeURIComponent(next)}`;
    const answer = await guest().send(path, "Sign in", { email: kim.email, password: PASSWORD, next });
    assert.deepEqual([answer.status, answer.headers.location], [303, "/"], next);
  }
});

test("people are the operators' page: nobody is sent to sign in, others find nothing", async () => {
  const [learner, instructor, operator] = [
    await person("Lea"),
    await person("Ira", "instructor"),
    await person("Otto", "operator"),
  ];
  assert.equal((await guest().ask("/people")).headers.location, "/sign-in?next=%2Fpeople");
  for (const { cookie } of [learner, instructor]) {
    const { status, body } = await guest(cookie).ask("/people");
    assert.equal(status, 404);
    assert.ok(!body.includes(operator.email));
  }
  const { status, body } = await guest(operator.cookie).ask("/people?q=LEA");
  assert.equal(status, 200);
  assert.ok(body.includes(learner.email) && !body.includes(instructor.email));
  assert.ok(!body.includes("scrypt") && !/"password":"/.test(body));
});

test("an invitation makes one instructor, of a new account or of one that is there", async () => {
  const path = `/invitation/${await createLink(db, "instructor")}`;
  const fields = { name: "Max", email: "max@example.org", password: PASSWORD };
  assert.match((await guest().send(path, "Make an instructor", { ...fields, password: "short" })).body, /at least 15/);
  const answer = await guest().send(path, "Make an instructor", fields);
  assert.deepEqual([answer.status, answer.headers.location], [303, "/classes"]);
  assert.equal((await findAccountByEmail(db, "max@example.org"))?.role, "instructor");
  assert.match((await guest().ask(path)).body, /does not work any more/);
  const second = `/invitation/${await createLink(db, "instructor")}`;
  const nora = await person("Nora");
  assert.equal((await guest(nora.cookie).send(second, "Accept the invitation", {})).status, 303);
  assert.equal((await findAccountByEmail(db, nora.email))?.role, "instructor");
  const third = `/invitation/${await createLink(db, "instructor")}`;
  const olaf = await person("Olaf", "operator");
  await guest(olaf.cookie).send(third, "Accept the invitation", {});
  assert.equal((await findAccountByEmail(db, olaf.email))?.role, "operator", "nobody loses by an invitation");
});

test("a password link sets a password once, and ends every session", async () => {
  const pia = await person("Pia");
  const path = `/password/${await createLink(db, "password", { account: pia.id })}`;
  const fresh = "eleven brave new teapots";
  assert.match((await guest().send(path, "Set the password", { password: "pia@example.org pia" })).body, /easy to guess/);
  const visitor = guest();
  const answer = await visitor.send(path, "Set the password", { password: fresh });
  assert.deepEqual([answer.status, answer.headers.location], [303, "/account"]);
  assert.equal((await visitor.ask("/account")).status, 200);
  assert.equal((await guest(pia.cookie).ask("/account")).status, 307);
  assert.match((await guest().ask(path)).body, /does not work any more/);
  assert.match((await guest().send("/sign-in", "Sign in", { email: pia.email, password: PASSWORD })).body, /is wrong/);
});

test("a password is changed by its owner alone, who stays signed in", async () => {
  const quin = await person("Quin");
  const visitor = guest(quin.cookie);
  const fresh = "eleven brave new teapots";
  const wrong = await visitor.send("/account", "Change the password", { current: "not this one, surely not", password: fresh });
  assert.match(wrong.body, /This is not your password/);
  const right = await visitor.send("/account", "Change the password", { current: PASSWORD, password: fresh });
  assert.match(right.body, /Your password is changed/);
  assert.equal((await visitor.ask("/account")).status, 200);
  assert.equal((await guest(quin.cookie).ask("/account")).status, 307, "the session from before has ended");
});

test("an export is its owner's, complete and without secrets", async () => {
  const rae = await person("Rae");
  await markDone(db, { learner: rae.learner, lesson: "plain", task: "one" });
  const { status, headers, body } = await guest(rae.cookie).ask("/account/export");
  assert.equal(status, 200);
  assert.match(String(headers["content-disposition"]), /^attachment; filename="unboxed-[\d-]+\.json"$/);
  assert.equal(headers["cache-control"], "no-store");
  const parsed = JSON.parse(body);
  assert.deepEqual([parsed.account.email, parsed.learner.tasksDone[0].task], ["rae@example.org", "one"]);
  assert.ok(!body.includes(decodeURIComponent(rae.cookie).split(".")[0]?.split("=")[1] ?? "?"), "no session's token");
});

test("an account is deleted by its password, with all that is its own", async () => {
  const sam = await person("Sam");
  await markDone(db, { learner: sam.learner, lesson: "plain", task: "one" });
  const visitor = guest(sam.cookie);
  assert.match(
    (await visitor.send("/account", "Delete the account", { password: "not this one, surely" })).body,
    /not your password/,
  );
  const answer = await visitor.send("/account", "Delete the account", { password: PASSWORD });
  assert.deepEqual([answer.status, answer.headers.location], [303, "/"]);
  assert.equal(visitor.cookies.has(SESSION), false);
  assert.equal((await guest(sam.cookie).ask("/account")).status, 307);
  assert.deepEqual(await doneTasks(db, sam.learner, "plain"), []);
  assert.equal(await findAccountByEmail(db, sam.email), undefined);
});

test("better-auth's own routes are not reached, and no page of another origin sends a form", async () => {
  for (const path of [
    "/api/auth/sign-in/email",
    "/api/auth/sign-up/email",
    "/api/auth/get-session",
    "/api/auth/update-user",
    "/api/auth/ok",
  ]) {
    const data = new FormData();
    data.set("email", "x@example.org");
    assert.ok([404, 405].includes((await guest().post(path, data)).status), path);
    assert.equal((await guest().ask(path)).status, 404, path);
  }
  assert.equal((await guest().ask("/sign-in/oidc")).status, 404, "there is no provider");
});

test("what was done by links and by their owners is not in the audit log, and nothing went wrong in the site", async () => {
  assert.deepEqual(await auditLog(db), []);
  assert.deepEqual(site.errors, []);
});
