/** Site and lab-server on PostgreSQL. Needs root. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";
import { learnerOf } from "../../classroom/account-learner.ts";
import { findAccountByEmail } from "../../classroom/accounts.ts";
import { openDatabase } from "../../classroom/database.ts";
import { doneTasks, markDone } from "../../classroom/progress.ts";
import { freePort } from "../browser/product.ts";
import { emptyDatabase } from "../unit/databases.ts";
import { Guest } from "./guest.ts";
import { Lab } from "./harness.ts";
import { PASSWORD } from "./people.ts";
import { Site } from "./site.ts";

test("accounts, progress and sandboxes work on PostgreSQL, and no file of SQLite is made", async (t) => {
  const url = await emptyDatabase("postgres", t);
  await using lab = await Lab.start({ env: { DATABASE_URL: url } });
  await using site = await Site.start(lab, await freePort());
  const db = await openDatabase(url);
  t.after(() => db.destroy());
  const visitor = new Guest(site.port, lab.origin);
  const path = /\/setup\/[\w-]+/.exec(site.output)?.[0] ?? "";
  const answer = await visitor.send(path, "Make the operator", { name: "Olga", email: "olga@example.org", password: PASSWORD });
  assert.deepEqual([answer.status, answer.headers.location], [303, "/people"]);
  const account = await findAccountByEmail(db, "olga@example.org");
  const learner = (await learnerOf(db, account?.id ?? "")) ?? "";
  await markDone(db, { learner, lesson: "plain", task: "one" });
  assert.match((await visitor.ask("/people?q=olg")).body, /olga@example\.org/);
  assert.match((await visitor.ask("/lessons/plain")).body, /plain/);
  assert.equal((await fetch(`${lab.url}/readyz`)).status, 200);
  assert.equal(
    (await visitor.send("/account", "Delete the account", { password: PASSWORD })).status,
    200,
    "the last operator stays",
  );
  assert.deepEqual(await doneTasks(db, learner, "plain"), ["one"]);
  assert.equal(existsSync(`${lab.stateFolder}/database`), false);
  assert.deepEqual(site.errors, []);
});
