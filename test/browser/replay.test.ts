/** Reports and replays: a learner does a task while their class records, and their instructor sees how. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { parse } from "csv-parse/sync";
import type { Page } from "playwright-core";
import { auditLog } from "../../classroom/audit.ts";
import { changeLesson } from "../../classroom/class-lessons.ts";
import { recordingsOf } from "../../classroom/recordings.ts";
import { axeFindsNothing } from "./axe.ts";
import { type Classroom, makeClassroom, visitOf, withDatabase } from "./classroom-stage.ts";
import { setStage } from "./stage.ts";
import type { Visit, VisitOptions } from "./visit.ts";

const stage = setStage();
const LESSON = "namespaces";
/** A task of the lesson, and what does it. */
const TASK = { id: "look", does: "readlink /proc/$$/ns/uts > /root/my-uts" };
let room: Classroom;
let other: Classroom;
let recording: string;

let prepared: Promise<void> | undefined;

/** The classes, and a recording; made once, when the first test asks. */
function isPrepared(): Promise<void> {
  prepared ??= prepare();
  return prepared;
}

async function prepare(): Promise<void> {
  const { product } = stage();
  room = await makeClassroom(product, { lessons: [LESSON, "cgroups"], learners: ["Bea", "Carl"], records: true });
  other = await makeClassroom(product, { lessons: [LESSON], learners: ["Dan"] });
  await withDatabase(product, async (db) => {
    const { id, name } = room.instructor;
    await changeLesson(db, { account: id, name }, room.class.id, LESSON, { dueAt: Date.now() - 60_000 });
    const [row] = [
      { id: "late", class: room.class.id, name: "=Zoe", email: "zoe@example.org", reference: "18", learner: null, added_at: 1 },
    ];
    await db.insertInto("roster_entry").values(row).execute();
  });
  const bea = await visitOf(stage(), personAt(0));
  try {
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await bea.type("printf '\\033[1;32mgreen-%s\\033[0m grüß\\n' $((40+2))");
    await bea.terminalShows("green-42");
    await bea.type(TASK.does);
    await bea.isDone(TASK.id);
  } finally {
    await bea.context.close();
  }
  recording = await eventually(async () => {
    const [first] = await withDatabase(product, (db) => recordingsOf(db, room.class.id, personAt(0).learner));
    return first?.id;
  });
}

function personAt(index: number) {
  const person = room.learners[index];
  if (!person) throw new Error(`There is no learner ${index}.`);
  return person;
}

async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    const found = await ask();
    if (found !== undefined) return found;
  }
  throw new Error("Waited in vain.");
}

function played(
  name: string,
  who: () => Classroom["instructor"],
  play: (visit: Visit) => Promise<void>,
  options: VisitOptions = {},
) {
  test(name, async () => {
    await isPrepared();
    const visit = await visitOf(stage(), who(), options);
    try {
      await play(visit);
      assert.deepEqual(visit.problems, []);
    } catch (error) {
      const shot = await visit.screenshot(name);
      throw new Error(`${error instanceof Error ? error.message : error}\nScreenshot: ${shot}`, { cause: error });
    } finally {
      await visit.context.close();
    }
  });
}

/** The text that the player draws. */
async function drawn(page: Page): Promise<string> {
  return (await page.locator(".ap-term-text").textContent()) ?? "";
}

/** How many of the player's pixels are not of its background: what is drawn on its canvas, and the letters over it. */
async function inked(page: Page): Promise<number> {
  const shot = await page.locator(".ap-term").screenshot();
  return page.evaluate(async (base64) => {
    const image = await createImageBitmap(new Blob([Uint8Array.from(atob(base64), (char) => char.charCodeAt(0))]));
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    if (!context) throw new Error("There is no canvas.");
    context.drawImage(image, 0, 0);
    const { data } = context.getImageData(0, 0, image.width, image.height);
    const ground = data.slice(0, 3).join();
    let count = 0;
    for (let at = 0; at < data.length; at += 4) if (data.slice(at, at + 3).join() !== ground) count++;
    return count;
  }, shot.toString("base64"));
}

for (const colorScheme of ["light", "dark"] as const) {
  played(
    `an instructor goes from the report to a replay, which draws what the learner saw, ${colorScheme}`,
    () => room.instructor,
    async ({ page }) => {
      await page.goto(new URL(`/classes/${room.class.id}/report`, stage().product.url).href);
      const row = page.getByRole("row", { name: /Bea/ });
      await row.getByText("overdue").waitFor();
      assert.match((await row.getByRole("cell").first().textContent()) ?? "", /^1\/ of \d/);
      await page.getByText("On the roster, not here yet: 1").waitFor();
      await page.getByText("=Zoe").waitFor();
      await page.getByRole("button", { name: "Tasks done" }).click();
      assert.match((await page.getByRole("row").nth(1).textContent()) ?? "", /Bea/);
      await page.getByRole("button", { name: "Tasks done" }).click();
      assert.match((await page.getByRole("row").nth(1).textContent()) ?? "", /Carl/);
      await axeFindsNothing({ page });

      await page.getByRole("link", { name: "Bea" }).click();
      await page.getByRole("heading", { name: "Bea" }).waitFor();
      const task = page
        .getByRole("region", { name: /^Tasks of/ })
        .first()
        .getByRole("row")
        .nth(1);
      assert.match((await task.textContent()) ?? "", /\d\d:\d\d/);
      await axeFindsNothing({ page });

      await task
        .getByRole("link", { name: /^Replay of/ })
        .first()
        .click();
      await page.waitForURL(/recordings/);
      await page.locator(".ap-player").waitFor();
      await page.getByRole("button", { name: "Done" }).click();
      await page.waitForFunction((does) => document.querySelector(".ap-term-text")?.textContent?.includes(does), TASK.does);
      const text = await drawn(page);
      assert.match(text, /green-42 grüß/);
      assert.ok(text.includes(TASK.does));
      assert.ok((await inked(page)) > 500, "there is something to see");
      await axeFindsNothing({ page });
    },
    { colorScheme },
  );
}

played(
  "a replay plays by keys, and goes on at another speed where it was",
  () => room.instructor,
  async ({ page, product }) => {
    await page.goto(new URL(`/classes/${room.class.id}/recordings/${recording}`, product.url).href);
    await page.locator(".ap-player").waitFor();
    await page.locator(".ap-player").click({ position: { x: 40, y: 40 } });
    await page.keyboard.press("1");
    await page.waitForFunction(() => !document.querySelector(".ap-term-text")?.textContent?.includes("my-uts"));
    await page.getByLabel("Speed").selectOption("8");
    await page.waitForFunction(() => document.querySelector(".ap-term-text")?.textContent?.includes("root@"));
    assert.doesNotMatch(await drawn(page), /my-uts/, "it neither begins anew, which shows the end, nor goes on by itself");
    await page.locator(".ap-term-text").click({ position: { x: 40, y: 40 } });
    await page.waitForFunction(() => document.querySelector(".ap-term-text")?.textContent?.includes("my-uts"));
  },
);

played(
  "what a learner's replay shows is theirs too, and they see their record",
  () => personAt(0),
  async ({ page, product }) => {
    await page.goto(new URL(`/class/${room.class.id}/record`, product.url).href);
    await page.getByRole("heading", { name: "My record" }).waitFor();
    await page.getByText("Your terminals are recorded here").waitFor();
    await axeFindsNothing({ page });
    const before = await watched();
    await page
      .getByRole("link", { name: /^Replay of/ })
      .first()
      .click();
    await page.locator(".ap-player").waitFor();
    await page.getByRole("button", { name: "Done" }).click();
    await page.waitForFunction((does) => document.querySelector(".ap-term-text")?.textContent?.includes(does), TASK.does);
    await axeFindsNothing({ page });
    assert.equal(await watched(), before, "only instructors are watched watching");
  },
);

/** How often it is kept that somebody watched. */
async function watched(): Promise<number> {
  const log = await withDatabase(stage().product, (db) => auditLog(db, { of: room.class.id }));
  return log.filter(({ action }) => action === "recording.watch").length;
}

test("a recording, a report and a learner are for their class's instructors and the learner, and for nobody else", async () => {
  await isPrepared();
  const { product } = stage();
  const { id } = room.class;
  const bea = personAt(0).learner;
  const instructors = [`report`, `report/report.csv`, `report/report.json`, `learners/${bea}`, `recordings/${recording}`];
  const status = async (path: string, cookie?: string) =>
    (await fetch(new URL(path, product.url), { redirect: "manual", headers: cookie ? { cookie } : {} })).status;
  for (const page of instructors) {
    assert.equal(await status(`/classes/${id}/${page}`, room.instructor.cookie), 200, page);
    for (const [who, cookie] of [
      ["the learner", personAt(0).cookie],
      ["another learner", personAt(1).cookie],
      ["another class's instructor", other.instructor.cookie],
    ] as const)
      assert.equal(await status(`/classes/${id}/${page}`, cookie), 404, `${page} for ${who}`);
    assert.equal(
      await status(`/classes/${other.class.id}/${page}`, room.instructor.cookie),
      404,
      `${page} by another class's address`,
    );
    assert.equal(Math.floor((await status(`/classes/${id}/${page}`)) / 100), 3, `${page} for nobody`);
  }
  const cast = `/classes/${id}/recordings/${recording}/cast`;
  assert.equal(await status(cast, personAt(0).cookie), 200);
  for (const cookie of [personAt(1).cookie, other.instructor.cookie, undefined]) assert.equal(await status(cast, cookie), 404);
  assert.equal(await status(`/classes/${other.class.id}/recordings/${recording}/cast`, other.instructor.cookie), 404);
  const own = [`/class/${id}/record`, `/class/${id}/record/${recording}`];
  for (const page of own) {
    assert.equal(await status(page, personAt(0).cookie), 200);
    for (const cookie of [other.instructor.cookie, room.instructor.cookie]) assert.equal(await status(page, cookie), 404, page);
    assert.equal(Math.floor((await status(page)) / 100), 3, `${page} for nobody`);
  }
  assert.equal(await status(own[1] ?? "", personAt(1).cookie), 404);
});

played(
  "exports are files with what the report says; that they were taken is kept, and what was watched",
  () => room.instructor,
  async ({ page, product }) => {
    await page.goto(new URL(`/classes/${room.class.id}/report`, product.url).href);
    const save = async (name: string) => {
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        page.getByRole("link", { name, exact: true }).click(),
      ]);
      assert.match(download.suggestedFilename(), /^Containers-\w+-\d{4}-\d\d-\d\d\.(csv|json)$/);
      return readFileSync(await download.path(), "utf8");
    };
    const csv = await save("CSV");
    const rows: Record<string, string>[] = parse(csv, { columns: true, record_delimiter: "\r\n" });
    const bea = rows.find(({ name, lesson }) => name === "Bea" && lesson === LESSON);
    assert.deepEqual([bea?.tasks_done, bea?.punctuality], ["1", "overdue"]);
    assert.deepEqual(
      rows.filter(({ name }) => name === "'=Zoe").map(({ reference, email, tasks_done }) => [reference, email, tasks_done]),
      [
        ["18", "zoe@example.org", "0"],
        ["18", "zoe@example.org", "0"],
      ],
    );
    assert.equal(await save("CSV for Excel"), `\ufeff${csv}`);
    const json = JSON.parse(await save("JSON"));
    assert.equal(json.learners[0].lessons[0].work[0].task, TASK.id);
    const log = await withDatabase(product, (db) => auditLog(db, { of: room.class.id }));
    assert.ok(log.filter(({ action }) => action === "class.export").length >= 3);
    const watch = log.find(({ action }) => action === "recording.watch");
    assert.deepEqual([watch?.actor, watch?.target], ["Ada", personAt(0).learner]);
  },
);

played(
  "on a phone a report, a record and a replay fit",
  () => room.instructor,
  async ({ page, product }) => {
    for (const path of ["report", `learners/${personAt(0).learner}`, `recordings/${recording}`]) {
      await page.goto(new URL(`/classes/${room.class.id}/${path}`, product.url).href);
      if (path.startsWith("recordings")) await page.locator(".ap-player").waitFor();
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= 390, `${path} is ${width} pixels wide`);
    }
  },
  { viewport: { width: 390, height: 844 } },
);

played(
  "on paper a report is itself alone",
  () => room.instructor,
  async ({ page, product }) => {
    await page.goto(new URL(`/classes/${room.class.id}/report`, product.url).href);
    await page.getByRole("row", { name: /Bea/ }).waitFor();
    await page.emulateMedia({ media: "print", colorScheme: "dark" });
    assert.equal(await page.getByRole("navigation").first().isVisible(), false);
    assert.equal(await page.getByRole("link", { name: "CSV", exact: true }).isVisible(), false);
    assert.equal(await page.getByRole("row", { name: /Bea/ }).isVisible(), true);
    assert.equal(await page.evaluate(() => getComputedStyle(document.body).backgroundColor), "rgb(255, 255, 255)");
  },
);
