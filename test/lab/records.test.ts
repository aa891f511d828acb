import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { attemptsOf } from "../../classroom/attempts.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { ensureLearner } from "../../classroom/learners.ts";
import { type Recording, readCast, recordingsOf } from "../../classroom/recordings.ts";
import { Lab } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "steps" };
const CLASS = "class-of-ann";

function task(id: string, check: string): string {
  return `
<Task id="${id}" title="Task ${id}">

\`\`\`bash check
${check}
\`\`\`

\`\`\`bash solution
true
\`\`\`

<Hint>None.</Hint>
</Task>
`;
}

const STEPS = `---
title: Steps
summary: For tests.
minutes: 5
order: 1
goals: [test]
---
${task("one", `[ -e /root/one ] || fail "There are $(ls /root | wc -l) files, and none is called one."`)}
${task("two", '[ -e /root/two ] || fail "There is no file two."')}
${task("three", '[ -e /root/three ] || fail "There is no file three."')}
`;

type Stage = { lab: Lab; db: Database };

/** A lab with its database, and where `records` is said Ann's class in it, which records or does not. */
async function withLab(play: (stage: Stage) => Promise<void>, records?: boolean): Promise<void> {
  await using lab = await Lab.start({ lessons: { steps: STEPS } });
  const db = await openDatabase(join(lab.stateFolder, "database/unboxed.sqlite"));
  try {
    if (records !== undefined) await makeClass(db, records);
    await play({ lab, db });
  } finally {
    await db.destroy();
  }
}

async function makeClass(db: Database, records: boolean): Promise<void> {
  await ensureLearner(db, ANN.learner);
  const row = { name: "Containers", code: "X", created_at: 1, archived_at: null, needs_account: 0, retention_days: 30 };
  await db
    .insertInto("class")
    .values({ id: CLASS, ...row, records: records ? 1 : 0 })
    .execute();
  const lesson = { class: CLASS, lesson: ANN.lesson, position: 0, open: 1, step: null, due_at: null };
  await db.insertInto("class_lesson").values(lesson).execute();
  const member = { class: CLASS, learner: ANN.learner, name: "Ann", joined_at: 1, removed_at: null };
  await db.insertInto("membership").values(member).execute();
}

/** Asks until it holds, for what is written a moment later. */
async function eventually<T>(what: string, ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await sleep(100)) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error(`waited in vain: ${what}`);
}

function recordings(db: Database, count: number): Promise<Recording[]> {
  return eventually(`${count} recordings`, async () => {
    const found = await recordingsOf(db, CLASS, ANN.learner);
    return found.length >= count ? found : undefined;
  });
}

type Cast = { header: { version: number; width: number; height: number; timestamp: number }; events: [number, string, string][] };

async function castOf(db: Database, { id }: Recording): Promise<Cast> {
  const text = Buffer.from((await readCast(db, CLASS, id)) ?? []).toString();
  const [first = "", ...lines] = text.trimEnd().split("\n");
  return { header: JSON.parse(first), events: lines.map((line) => JSON.parse(line)) };
}

function output({ events }: Cast): string {
  return events.flatMap(([, kind, data]) => (kind === "o" ? data : [])).join("");
}

test("attempts say when a task began, how long it took and what its check said, for a learner in no class", async () => {
  await withLab(async ({ lab, db }) => {
    const begun = Date.now();
    const page = await lab.page(ANN);
    await page.open(1);
    await page.hear("task", ({ task }) => task.id === "one" && task.reason !== undefined);
    await page.run(1, "touch a; echo a-$((1+1))", "a-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.reason?.includes("are 1 ") === true);
    await page.run(1, "touch b; echo b-$((1+1))", "b-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.reason?.includes("are 2 ") === true);
    page.type(1, "touch one\n");
    await page.hear("task", ({ task }) => task.id === "one" && task.done);
    const ticked = Date.now();
    const [one, two] = await eventually("a row for the task that follows", async () => {
      const kept = await attemptsOf(db, ANN.learner, ANN.lesson);
      return kept.length === 2 ? kept : undefined;
    });
    assert.equal(one?.task, "one");
    assert.equal(one.failed, 2, "two more files are two more reasons");
    assert.match(one.reason ?? "", /There are 2 files/);
    assert(one.startedAt >= begun && one.startedAt < ticked);
    assert(one.activeMs > 0 && one.activeMs <= ticked - begun, `${one.activeMs} of ${ticked - begun} ms`);
    assert.deepEqual([two?.task, two?.failed], ["two", 0]);
    // The times are of two clocks, each rounded.
    const slack = 20;
    assert((two?.startedAt ?? 0) >= one.startedAt + one.activeMs - slack);
    assert.deepEqual(await db.selectFrom("recording").select("id").execute(), []);
    assert.deepEqual(readdirSync(join(lab.stateFolder, "recordings")), []);
  });
});

test("attempts outlive a lab-server that is killed, and go on from there", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    await page.open(1);
    await page.hear("task", ({ task }) => task.id === "one" && task.reason !== undefined);
    for (const count of [1, 2]) {
      page.type(1, `touch ${count}\n`);
      await page.hear("task", ({ task }) => task.id === "one" && task.reason?.includes(`are ${count} `) === true);
    }
    const before = await eventually("two failed checks", async () => {
      const [one] = await attemptsOf(db, ANN.learner, ANN.lesson);
      return one?.failed === 2 ? one : undefined;
    });
    await lab.stop("SIGKILL");
    await lab.start();
    const later = await lab.page(ANN, page);
    await later.open(1);
    await later.run(1, "touch c; echo c-$((1+1))", "c-2");
    await sleep(1_000);
    await later.run(1, "echo d-$((1+1))", "d-2");
    const after = await eventually("a third failed check", async () => {
      const [one] = await attemptsOf(db, ANN.learner, ANN.lesson);
      return one?.failed === 3 && one.activeMs >= before.activeMs + 900 ? one : undefined;
    });
    assert.equal(after.startedAt, before.startedAt);
  });
});

test("a recording of a task has what the terminal showed, and begins with what stood there", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    assert.equal((await page.hear("class")).class?.records, true, "the learner is told");
    await page.open(1, { cols: 100, rows: 30 });
    await page.run(1, "printf 'gr\\303'; sleep 0.3; printf '\\274\\303\\237 \\360\\237\\220\\247\\n'", "grüß 🐧");
    page.say({ type: "resize", terminal: 1, cols: 90, rows: 20 });
    await page.hear("task", ({ task }) => task.id === "one" && task.reason !== undefined);
    page.type(1, "read -s -p 'Pass: ' secret\n");
    await page.see(1, /Pass: $/);
    page.type(1, "hunter2\n");
    await page.run(1, "touch a; echo a-$((1+1))", "a-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.reason?.includes("are 1 ") === true);
    await page.run(1, "touch one; echo last-$((1+1))", "last-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.done);
    const [one] = await recordings(db, 1);
    assert(one);
    assert.deepEqual([one.task, one.terminal, one.lesson], ["one", 1, "steps"]);
    const cast = await castOf(db, one);
    assert.deepEqual([cast.header.version, cast.header.width, cast.header.height], [2, 100, 30]);
    const shown = page.output(1);
    assert(shown.startsWith(output(cast)), "what was shown up to the tick, byte for byte");
    assert(output(cast).includes("grüß 🐧"));
    assert(output(cast).includes("last-2"));
    assert.equal(output(cast).includes("\ufffd"), false, "no character is split");
    assert.equal(output(cast).includes("hunter2"), false);
    assert(cast.events.some(([, kind, data]) => kind === "r" && data === "90x20"));
    const marks = cast.events.flatMap(([, kind, data]) => (kind === "m" ? data : []));
    assert.match(marks[0] ?? "", /There are \d files/);
    assert.equal(marks.at(-1), "Done");
    const times = cast.events.map(([at]) => at);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
    assert((times.at(-1) ?? 0) >= 0.3);

    await page.run(1, "touch two; echo second-$((1+1))", "second-2");
    await page.hear("task", ({ task }) => task.id === "two" && task.done);
    const two = (await recordings(db, 2)).find((each) => each.task === "two");
    assert(two);
    const second = output(await castOf(db, two));
    assert(page.output(1).includes(second), "a part of what was shown");
    assert(second.includes("last-2"), "the lines that stood there");
    assert(second.includes("second-2"));
    const before = (await castOf(db, two)).events[0];
    assert.deepEqual(before?.slice(0, 2), [0, "o"]);

    // What is not done when the sandbox ends is kept as well.
    await page.open(2);
    await page.run(2, "echo other-$((1+1))", "other-2");
    page.say({ type: "reset" });
    await page.hear("ended");
    const three = (await recordings(db, 3)).filter((each) => each.task === "three");
    assert((await Promise.all(three.map((each) => castOf(db, each)))).some((each) => output(each).includes("other-2")));
    assert(three.some(({ terminal }) => terminal === 2));
  }, true);
});

test("a flood is cut at two megabytes and holds nothing up", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    await page.open(1);
    await page.run(1, "head -c 3000000 /dev/urandom | base64; echo flood-$((1+1))", "flood-2");
    await page.run(1, "touch one; echo end-$((1+1))", "end-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.done);
    const [one] = await recordings(db, 1);
    assert(one);
    const raw = Buffer.from((await readCast(db, CLASS, one.id)) ?? []);
    assert(raw.length > 1_800_000 && raw.length < 2.2 * 1024 * 1024, `${raw.length} bytes`);
    const { events } = await castOf(db, one);
    assert.match(events.at(-1)?.[2] ?? "", /^Cut here/);
    // The next task is recorded again.
    await page.run(1, "touch two; echo second-$((1+1))", "second-2");
    await page.hear("task", ({ task }) => task.id === "two" && task.done);
    const two = (await recordings(db, 2)).find((each) => each.task === "two");
    assert(two && output(await castOf(db, two)).includes("second-2"));
  }, true);
});

test("recording begins and ends when the class says so, and has nothing from before", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    assert.equal((await page.hear("class")).class?.records, false);
    await page.open(1);
    await page.run(1, "echo before-$((1+1))", "before-2");
    await db.updateTable("class").set({ records: 1 }).execute();
    assert.equal((await page.hear("class")).class?.records, true, "everybody is told at once");
    await sleep(1_500);
    await page.run(1, "echo during-$((1+1))", "during-2");
    await db.updateTable("class").set({ records: 0 }).execute();
    assert.equal((await page.hear("class")).class?.records, false);
    await sleep(1_500);
    await page.run(1, "echo after-$((1+1))", "after-2");
    page.type(1, "touch one\n");
    await page.hear("task", ({ task }) => task.id === "one" && task.done);
    const [one] = await recordings(db, 1);
    assert(one);
    const shown = output(await castOf(db, one));
    assert(shown.includes("during-2"));
    assert.doesNotMatch(shown, /before-2|after-2/);
    await sleep(500);
    assert.equal((await recordingsOf(db, CLASS, ANN.learner)).length, 1);
  }, false);
});

test("what was being recorded outlives a lab-server that is killed", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    await page.open(1);
    await page.run(1, "echo kept-$((1+1))", "kept-2");
    await sleep(1_500);
    assert.equal(readdirSync(join(lab.stateFolder, "recordings")).length, 1);
    await lab.stop("SIGKILL");
    await lab.start();
    const [one] = await recordings(db, 1);
    assert(one);
    assert.equal(one.task, "one");
    assert(output(await castOf(db, one)).includes("kept-2"));
    assert.deepEqual(readdirSync(join(lab.stateFolder, "recordings")), []);
  }, true);
});

test("a lab-server throws away recordings that are older than their class keeps them", async () => {
  await withLab(async ({ lab, db }) => {
    const page = await lab.page(ANN);
    await page.open(1);
    await page.run(1, "touch one; echo end-$((1+1))", "end-2");
    await page.hear("task", ({ task }) => task.id === "one" && task.done);
    await recordings(db, 1);
    await lab.stop();
    assert.equal((await recordingsOf(db, CLASS, ANN.learner)).length, 1);
    await db
      .updateTable("recording")
      .set({ ended_at: Date.now() - 31 * 24 * 60 * 60_000 })
      .execute();
    await lab.start();
    await lab.waitForLog("recordings that were old enough are thrown away");
    assert.deepEqual(await recordingsOf(db, CLASS, ANN.learner), []);
  }, true);
});
