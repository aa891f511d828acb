import assert from "node:assert/strict";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { CLONE } from "../../cli/start/settings.ts";
import { loadGlossary } from "../../curriculum/glossary.ts";
import { listLessons } from "../../curriculum/library.ts";
import { axeFindsNothing } from "./axe.ts";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();
const LESSONS = join(CLONE, "lessons");

visit("a term says what it means by click and by keyboard, and leads to the glossary", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  const word = page.getByRole("link", { name: "PID namespace", exact: true });
  await word.first().click();
  const meaning = page.getByRole("dialog", { name: "PID namespace" });
  await meaning.getByText("Has process numbers of its own").waitFor();
  await meaning.getByText("Taught in this lesson").waitFor();
  await page.keyboard.press("Escape");
  await meaning.waitFor({ state: "hidden" });

  // The keyboard is back where it was.
  await page.waitForFunction(() => document.activeElement?.textContent === "PID namespace");
  await page.keyboard.press("Enter");
  await meaning.getByRole("link", { name: "Glossary" }).click();
  await page.waitForURL(/\/glossary#pid-namespace$/);
  await page.getByRole("term").filter({ hasText: "PID namespace" }).waitFor();
});

visit("a term that the glossary does not have is plain text", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/namespaces");
  const { entries } = await loadGlossary(LESSONS);
  const { lessons } = await listLessons(LESSONS);
  const terms = new Set(lessons.find(({ slug }) => slug === "namespaces")?.terms.map(({ slug }) => slug));
  await page.locator("a.term").first().waitFor();
  const linked = await page.locator("a.term").evaluateAll((words) => words.map((word) => word.getAttribute("href")));
  assert.deepEqual(new Set(linked), new Set([...terms].filter((slug) => entries.has(slug)).map((slug) => `/glossary#${slug}`)));
});

visit("the glossary has all terms, narrows them down, and leads to where each is taught", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/glossary");
  const { entries } = await loadGlossary(LESSONS);
  assert.equal(await page.getByRole("term").count(), entries.size);

  await page.getByRole("textbox", { name: "Filter the terms" }).fill("veth");
  await page.getByText(`of ${entries.size} terms`).waitFor();
  const veth = page.locator("#veth-pair");
  await veth.getByText("Two virtual network interfaces").waitFor();
  assert.equal(await page.getByRole("term").filter({ hasText: "nsenter" }).count(), 0);

  await page.getByRole("textbox", { name: "Filter the terms" }).fill("no such word");
  await page.getByText("No term holds no such word.").waitFor();
  await page.getByRole("button", { name: "Show all terms" }).click();
  await veth.getByRole("link", { name: "Namespaces" }).click();
  await page.waitForURL(/\/lessons\/namespaces#term:veth-pair$/);
  await inView(page, '[id="term:veth-pair"]');
});

visit("a letter leads to its terms", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/glossary");
  await page.getByRole("navigation", { name: "Letters" }).getByRole("link", { name: "V", exact: true }).click();
  await inView(page, "#letter-v");
});

visit("the keyboard alone finds a passage and goes there", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/");
  await openSearch(page);
  await page.keyboard.type("virtual cable", { delay: 20 });
  const options = page.getByRole("option");
  await options.filter({ hasText: "Lay a cable" }).waitFor();
  await page.locator("mark").first().waitFor();
  await chooseOption(page, "Lay a cable");
  await page.waitForURL(/\/lessons\/namespaces#lay-a-cable$/);
  await inView(page, "#lay-a-cable");
});

visit("an address with a place in a lesson opens there", stage, async (learner) => {
  await learner.open("/lessons/namespaces#lay-a-cable");
  await inView(learner.page, "#lay-a-cable");
});

visit("Enter before the answer is there opens what it brings first", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/");
  await openSearch(page);
  await page.keyboard.type("veth pair");
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/glossary#veth-pair$/);
});

visit("in a lesson the search jumps within the page, and a focused terminal keeps Ctrl+K", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.terminal.locator(".xterm:visible").click();
  await page.keyboard.type("echo kept and-cut");
  for (let letter = 0; letter < " and-cut".length; letter++) await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Enter");
  await learner.terminalShows(/echo kept\s*kept\s*root@/);
  assert.equal(await page.getByRole("dialog").count(), 0);

  const sandbox = await page.evaluate(() => performance.timeOrigin);
  await page.getByRole("button", { name: "Search", exact: true }).first().click();
  await page.getByRole("combobox").fill("Copies that stay in touch");
  await chooseOption(page, "Copies that stay in touch");
  await inView(page, "#copies-that-stay-in-touch");
  assert.equal(await page.evaluate(() => performance.timeOrigin), sandbox, "the page was not loaded again");
});

visit(
  "on a phone a passage that is found comes in sight, also from the terminal",
  stage,
  async (learner) => {
    const { page } = learner;
    await learner.open("/lessons/namespaces");
    await page.locator(".xterm").first().waitFor({ state: "attached" });
    await page.getByRole("tab", { name: "Terminal", exact: true }).first().click();
    await page.getByRole("button", { name: "Search", exact: true }).first().click();
    await page.getByRole("combobox").fill("Lay a cable");
    // Tasks of other lessons begin with the same words.
    await page.getByRole("option", { name: /^Section: Lay a cable/ }).click();
    await inView(page, "#lay-a-cable");
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true },
);

visit(
  "where nothing is found, or nothing answers, the search says so and goes on",
  stage,
  async (learner) => {
    const { page } = learner;
    await learner.open("/");
    await openSearch(page);
    await page.getByRole("option").first().waitFor();
    await page.keyboard.type("kumquat");
    await page.getByText("Nothing holds kumquat.").waitFor();

    await page.route("**/api/search*", (route) => route.abort());
    await page.getByRole("combobox").fill("mount");
    await page.getByRole("alert").getByText("The site does not answer.").waitFor();
    await page.unroute("**/api/search*");
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByRole("option").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
  },
  { expected: /ERR_FAILED/ },
);

visit("the search refuses what is too long, and has no word of a check", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/");
  const ask = (query: string) =>
    page.evaluate(async (query) => {
      const response = await fetch(`/api/search?q=${encodeURIComponent(query)}`);
      return { status: response.status, body: await response.text() };
    }, query);
  assert.equal((await ask("x".repeat(100))).status, 200);
  assert.deepEqual(JSON.parse((await ask("nsenter numbers grep NSpid printf types")).body), { groups: [] });
});

visit("the map has every lesson, with its way there", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/curriculum");
  const { lessons } = await listLessons(LESSONS);
  const map = page.getByRole("region", { name: "Map of the lessons" });
  for (const { slug, title } of lessons) {
    const link = map.getByRole("link", { name: title, exact: true });
    assert.equal(await link.getAttribute("href"), `/lessons/${slug}`);
  }
  assert.equal(await map.getByRole("listitem").count(), lessons.length);
  for (const { needs, title } of lessons) {
    const names = needs.map((need) => lessons.find(({ slug }) => slug === need)?.title);
    const words = await map.getByRole("listitem").filter({ hasText: title }).first().textContent();
    for (const name of names) assert.ok(name === undefined || words?.includes(name), `${title} names ${name}`);
  }
  await map.getByRole("link", { name: "Namespaces", exact: true }).click();
  await page.waitForURL(/\/lessons\/namespaces$/);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const viewport of [
    { width: 1440, height: 900 },
    { width: 390, height: 844 },
  ]) {
    visit(
      `axe finds nothing on glossary, map and search, ${colorScheme}, ${viewport.width} pixels wide`,
      stage,
      async (learner) => {
        const { page } = learner;
        await learner.open("/glossary");
        await axeFindsNothing(learner);
        await narrowEnough(page, viewport.width);
        await learner.open("/curriculum");
        await axeFindsNothing(learner);
        await narrowEnough(page, viewport.width);
        await page.getByRole("button", { name: "Search", exact: true }).first().click();
        await page.getByRole("combobox").fill("mount");
        await page.locator("mark").first().waitFor();
        await axeFindsNothing(learner);
      },
      { colorScheme, viewport },
    );
  }

  visit(
    `axe finds nothing where a term is open, ${colorScheme}`,
    stage,
    async (learner) => {
      await learner.open("/lessons/namespaces");
      await learner.prompt();
      await learner.page.getByRole("link", { name: "PID namespace", exact: true }).first().click();
      await learner.page.getByRole("dialog", { name: "PID namespace" }).waitFor();
      await axeFindsNothing(learner);
    },
    { colorScheme },
  );
}

async function openSearch(page: Page): Promise<void> {
  // Keys count from when the page listens.
  await page.getByRole("button", { name: "Search", exact: true }).first().hover();
  await page.waitForFunction(() => document.querySelector("kbd")?.textContent?.trim() !== "");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
}

/** Presses the down arrow until the option is the chosen one, and then Enter. */
async function chooseOption(page: Page, name: string): Promise<void> {
  await page.getByRole("option").filter({ hasText: name }).first().waitFor();
  for (let presses = 0; presses < 40; presses++) {
    const chosen = await page.getByRole("option", { selected: true }).textContent();
    if (chosen?.includes(name)) {
      await page.keyboard.press("Enter");
      return;
    }
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`The arrow keys do not get to "${name}".`);
}

/** Waits until the place is to be seen, and nothing lies over it. */
async function inView(page: Page, selector: string): Promise<void> {
  await page.waitForFunction((selector) => {
    const element = document.querySelector(selector);
    if (!element) return false;
    const { left, top, width, height } = element.getBoundingClientRect();
    if (top < 0 || top + height > innerHeight) return false;
    const there = document.elementFromPoint(left + Math.min(width, 20) / 2, top + height / 2);
    return there !== null && (element.contains(there) || there.contains(element));
  }, selector);
}

async function narrowEnough(page: Page, width: number): Promise<void> {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth);
  assert.ok(wide <= width, `the page is ${wide} pixels wide`);
}
