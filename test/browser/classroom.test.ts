/** A class from its site's first start to its end: an operator, an instructor and three learners, each in a browser of their own. */
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import test, { after, before } from "node:test";
import { parse } from "csv-parse/sync";
import type { Browser, Locator } from "playwright-core";
import { z } from "zod";
import { auditLog } from "../../classroom/audit.ts";
import { patient } from "../../cli/lab/patience.ts";
import { PASSWORD } from "../lab/people.ts";
import { axeFindsNothing } from "./axe.ts";
import { BOX, LID, makeLessons } from "./classroom-lessons.ts";
import { withDatabase } from "./classroom-stage.ts";
import { Product } from "./product.ts";
import { openBrowser, Visit } from "./visit.ts";

/** Milliseconds: what anything on a page may take, and a tick on its way from the learner's page to the board. */
const PATIENCE = patient(30_000);
const AT_ONCE = patient(1_000);
const CLASS = "Boxes, Monday";

const lessons = makeLessons();
let product: Product;
let browser: Browser;
before(async () => {
  product = await Product.start({ env: { UNBOXED_LESSONS: lessons.folder } });
  browser = await openBrowser();
});
after(async () => {
  await browser?.close();
  await product?.[Symbol.asyncDispose]();
  rmSync(lessons.above, { recursive: true, force: true });
});

const visits: { name: string; visit: Visit }[] = [];
/** A browser of somebody who has not been here. */
async function comes(name: string): Promise<Visit> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 860 } });
  context.setDefaultTimeout(PATIENCE);
  const visit = new Visit(product, context, await context.newPage());
  visits.push({ name, visit });
  return visit;
}

const button = ({ page }: Visit, name: string | RegExp): Locator => page.getByRole("button", { name });
const classBar = ({ page }: Visit): Locator => page.getByRole("region", { name: "Class", exact: true });
const rowOf = ({ page }: Visit, name: string): Locator => page.getByRole("row", { name: new RegExp(name) });

async function signsUp({ page }: Visit, who: { name: string; email: string }, submit: string): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(who.name);
  await page.getByLabel("E-mail address").fill(who.email);
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByRole("button", { name: submit }).click();
}

async function joins({ page }: Visit, name: string): Promise<void> {
  await page.getByRole("heading", { name: CLASS }).waitFor();
  await page
    .getByText(/recorded/)
    .first()
    .waitFor();
  await page.getByLabel("Your name").fill(name);
  await page.getByRole("button", { name: "Join the class" }).click();
  await page.waitForURL(/\/class\/[\w-]+$/);
}

/** Milliseconds since the epoch when an element is there. */
function whenThere(selector: string): Promise<number> {
  return new Promise((resolve) => {
    const look = () => (document.querySelector(selector) ? resolve(Date.now()) : requestAnimationFrame(look));
    look();
  });
}

async function download({ page }: Visit, name: string): Promise<string> {
  const [file] = await Promise.all([page.waitForEvent("download"), page.getByRole("link", { name, exact: true }).click()]);
  return readFileSync(await file.path(), "utf8");
}

const Exported = z.object({
  class: z.string(),
  learners: z.array(z.object({ name: z.string(), lessons: z.array(z.object({ lesson: z.string(), tasksDone: z.int() })) })),
});

test("a class is played from the site's first start to its end", async (t) => {
  let isWhole = true;
  /** Each step stands on those before. */
  const then = async (name: string, play: () => Promise<void>) => {
    if (!isWhole) return;
    isWhole = false;
    await t.test(name, async () => {
      try {
        await play();
        for (const { visit } of visits) assert.deepEqual(visit.problems, []);
        isWhole = true;
      } catch (error) {
        const shots = await Promise.all(visits.map(({ name: who, visit }) => visit.screenshot(`class-${who}`)));
        throw new Error(`${error instanceof Error ? error.message : error}\nScreenshots: ${shots.join(", ")}`, { cause: error });
      }
    });
  };

  const operator = await comes("operator");
  const ida = await comes("instructor");
  const [lena, max, nora] = [await comes("lena"), await comes("max"), await comes("nora")];
  let invitation = "";
  let link = "";
  let id = "";

  await then("the first start prints a link, by which the operator makes an account", async () => {
    const setup = /http:\/\/\S+\/setup\/[\w-]+/.exec(product.output)?.[0];
    assert.ok(setup, product.output);
    await operator.page.goto(setup);
    await axeFindsNothing(operator);
    await signsUp(operator, { name: "Olga Operator", email: "olga@example.org" }, "Make the operator’s account");
    await operator.page.waitForURL(/\/people$/);
    await axeFindsNothing(operator);
    await button(operator, "Invite an instructor").click();
    invitation = (await operator.page.getByRole("dialog").locator("code").textContent()) ?? "";
    assert.match(invitation, /\/invitation\/[\w-]{43}$/);
  });

  await then("the instructor signs up by the invitation and makes a class that records, with two lessons", async () => {
    await ida.page.goto(invitation);
    await axeFindsNothing(ida);
    await signsUp(ida, { name: "Ida Instructor", email: "ida@example.org" }, "Make an instructor’s account");
    await ida.page.waitForURL(/\/classes$/);
    await ida.open("/classes/new");
    await axeFindsNothing(ida);
    await ida.page.getByLabel("Name", { exact: true }).fill(CLASS);
    await ida.page.getByLabel("Record terminals").check();
    await button(ida, "Make the class").click();
    await ida.page.waitForURL(/\/classes\/[0-9a-f-]{36}$/);
    id = /[0-9a-f-]{36}$/.exec(ida.page.url())?.[0] ?? "";
    await ida.page.getByRole("switch", { name: `${BOX.title} is open to the class` }).click();
    await ida.page
      .getByRole("group", { name: `Pace of ${BOX.title}` })
      .getByLabel("Step by step")
      .check();
    await button(ida, "Open task 2").waitFor();
    await axeFindsNothing(ida);
    await button(ida, "Share").click();
    const shared = (await ida.page.getByRole("dialog").textContent()) ?? "";
    link = /http:\/\/[\w.:]+\/join\/[A-Z0-9]{6}/.exec(shared)?.[0] ?? "";
    assert.ok(link, shared);
    await ida.page.keyboard.press("Escape");
  });

  await then("learners come: by a new account, by the code, by the link", async () => {
    const code = link.slice(-6);
    await lena.open(`/sign-up?next=/join/${code}`);
    await signsUp(lena, { name: "Lena", email: "lena@example.org" }, "Make the account");
    await lena.page.waitForURL(/\/join\//);
    await axeFindsNothing(lena);
    await joins(lena, "Lena");
    await max.open("/join");
    await max.page.getByLabel("Code of the class").fill(`${code.slice(0, 3).toLowerCase()} ${code.slice(3)}`);
    await button(max, "Go on").click();
    await joins(max, "Max");
    await nora.page.goto(link);
    await joins(nora, "Nora");
    await axeFindsNothing(nora);
    await ida.open(`/classes/${id}/board`);
    for (const name of ["Lena", "Max", "Nora"]) await rowOf(ida, name).getByText("Has not been here yet").waitFor();
  });

  await then("they begin, and what they do is on the board at once", async () => {
    for (const learner of [lena, max, nora]) {
      await learner.page.getByRole("link", { name: `Start with ${BOX.title}` }).click();
      await learner.prompt();
    }
    await rowOf(ida, "Lena").locator('[data-state="now"]').first().waitFor();
    const ticked = lena.page.evaluate(whenThere, '[data-task="directory"][data-state="done"]');
    const shown = ida.page.evaluate(whenThere, '[data-learner] td [data-state="done"]');
    await lena.type("mkdir /root/box");
    const late = (await shown) - (await ticked);
    assert.ok(late < AT_ONCE, `the board has it ${late} ms after the learner`);
    await nora.type("mkdir /root/box");
    await nora.isDone("directory");
    await rowOf(ida, "Nora").locator('[data-state="done"]').first().waitFor();
    assert.equal(await rowOf(ida, "Max").locator('[data-state="done"]').count(), 0);
    await axeFindsNothing(ida);
  });

  await then("one raises a hand, the instructor looks on, may type, and does the task with him", async () => {
    await max.type("mkdir /root/bix; echo tried-$((1 + 1))");
    await max.terminalShows("tried-2");
    await button(max, "Raise hand").click();
    await classBar(max).getByText("You are next").waitFor();
    await rowOf(ida, "Max").getByText("Hand raised, place 1").waitFor();
    await rowOf(ida, "Max").getByRole("rowheader").click();
    await ida.page.getByRole("link", { name: "Watch terminal" }).click();
    await ida.page.getByRole("heading", { name: "Max", level: 1 }).waitFor();
    await ida.terminalShows("tried-2");
    await classBar(max).getByText("Ida Instructor is looking at your terminal").waitFor();
    await button(ida, "Ask to type").click();
    await button(max, "Let Ida Instructor type").click();
    await ida.page.getByText("You may type").waitFor();
    await ida.page.keyboard.type("mv /root/bix /root/box\n");
    await max.isDone("directory");
    await button(ida, "Lower it").click();
    await button(max, "Raise hand").waitFor();
    await max.terminal.locator(".xterm:visible").click();
    await max.page.keyboard.press("Control+Shift+E");
    await button(ida, "Ask to type").waitFor();
  });

  await then("a message comes with a command, and the next step opens for all", async () => {
    await ida.page.getByLabel("Message", { exact: true }).and(ida.page.locator("textarea")).fill("Now put something in.");
    await ida.page.getByLabel(/Suggest a command/).fill("touch /root/box/file");
    await button(ida, "Send").click();
    const card = max.page.getByRole("region", { name: "From the class" });
    await card.getByText("Now put something in.").waitFor();
    await ida.open(`/classes/${id}/board`);
    await ida.page.getByText(/^1 of 2 tasks are open\./).waitFor();
    await button(ida, /^Open task 2: /).click();
    await ida.page.getByText(/^All tasks are open\./).waitFor();
    await card.getByRole("button", { name: "Type it" }).click();
    await max.terminalShows("touch /root/box/file");
    await max.page.keyboard.press("Enter");
    await max.isDone("file");
    await rowOf(ida, "Max").locator('[data-state="done"]').nth(1).waitFor();
  });

  await then("a lesson that is closed opens by itself for who waits", async () => {
    await nora.open(`/lessons/${LID.slug}`);
    await nora.page.getByRole("heading", { name: "Your instructor has not opened this lesson yet" }).waitFor();
    await ida.open(`/classes/${id}`);
    await ida.page.getByRole("switch", { name: `${LID.title} is open to the class` }).click();
    await nora.prompt();
    await nora.type("touch /root/lid");
    await nora.isDone("lid");
  });

  await then("the instructor shows a terminal to those who want to see it", async () => {
    await ida.open(`/lessons/${BOX.slug}`);
    await ida.prompt();
    const board = new Visit(product, ida.context, await ida.context.newPage());
    await board.open(`/classes/${id}/board`);
    await button(board, "Demonstrate").click();
    await button(board, "Start").click();
    for (const learner of [lena, max]) await button(learner, "Watch it").click();
    await ida.type("echo shown-$((3 + 4))");
    for (const learner of [lena, max]) await learner.terminalShows("shown-7");
    await button(board, "End it").click();
    for (const { page } of [lena, max])
      await page.getByRole("tab", { name: /Ida Instructor’s terminal/ }).waitFor({ state: "detached" });
    assert.deepEqual(board.problems, []);
    await board.page.close();
  });

  await then("the report has it all, on the page and as files", async () => {
    await ida.open(`/classes/${id}/report`);
    await axeFindsNothing(ida);
    const counts = async (name: string) =>
      (await rowOf(ida, name).getByRole("cell").allTextContents()).slice(0, 2).map((text) => text.replace(/\D+/g, "/"));
    assert.deepEqual(await counts("Lena"), ["1/2", "0/1"]);
    assert.deepEqual(await counts("Max"), ["2/2", "0/1"]);
    assert.deepEqual(await counts("Nora"), ["1/2", "1/1"]);
    const rows = z
      .array(z.object({ name: z.string(), lesson: z.string(), tasks_done: z.string() }))
      .parse(parse(await download(ida, "CSV"), { columns: true }));
    const wanted = { Lena: [1, 0], Max: [2, 0], Nora: [1, 1] };
    assert.deepEqual(
      rows.map(({ name, lesson, tasks_done }) => [name, lesson, Number(tasks_done)]),
      Object.entries(wanted).flatMap(([name, [box, lid]]) => [
        [name, BOX.slug, box],
        [name, LID.slug, lid],
      ]),
    );
    const exported = Exported.parse(JSON.parse(await download(ida, "JSON")));
    assert.equal(exported.class, CLASS);
    assert.deepEqual(
      Object.fromEntries(exported.learners.map((learner) => [learner.name, learner.lessons.map((one) => one.tasksDone)])),
      wanted,
    );
  });

  await then("a replay shows what was typed, by both", async () => {
    await ida.page.getByRole("link", { name: "Max" }).click();
    await ida.page.getByRole("heading", { name: "Max" }).waitFor();
    await axeFindsNothing(ida);
    const replay = ida.page.getByRole("link", { name: /^Replay of Make a box/ }).first();
    await replay.click();
    await ida.page.waitForURL(/recordings/);
    await ida.page.locator(".ap-player").waitFor();
    await button(ida, "Done").click();
    await ida.page.waitForFunction(() => document.querySelector(".ap-term-text")?.textContent?.includes("mv /root/bix"));
    await axeFindsNothing(ida);
    await lena.open(`/class/${id}/record`);
    await lena.page
      .getByRole("link", { name: /^Replay of Make a box/ })
      .first()
      .waitFor();
    await axeFindsNothing(lena);
  });

  await then("the class is archived; what was done is kept", async () => {
    await ida.open(`/classes/${id}/settings`);
    await axeFindsNothing(ida);
    await button(ida, "Archive the class").click();
    await ida.page.getByRole("alertdialog").getByRole("button", { name: "Archive it" }).click();
    await button(ida, "Restore the class").waitFor();
    await max.open(`/class/${id}`);
    await max.page.getByText("This class is over. Its lessons stay open to you.").waitFor();
    const stranger = await comes("stranger");
    await stranger.page.goto(link);
    await stranger.page.getByRole("heading", { name: `${CLASS} is over` }).waitFor();
    const kept = (await withDatabase(product, (db) => auditLog(db, { of: id }))).map(({ action }) => action);
    for (const action of [
      "class.create",
      "terminal.watch",
      "terminal.type",
      "message.send",
      "demonstration.start",
      "class.export",
      "recording.watch",
      "class.archive",
    ])
      assert.ok(
        kept.some((each) => each === action),
        `${action} is kept`,
      );
    await operator.open("/operator");
    await operator.page.getByText(CLASS).and(operator.page.locator(":visible")).first().waitFor();
    await axeFindsNothing(operator);
  });
  for (const { visit } of visits) await visit.context.close();
});
