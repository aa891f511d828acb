import assert from "node:assert/strict";
import { axeFindsNothing } from "./axe.ts";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";

const stage = setStage();

for (const colorScheme of ["light", "dark"] as const) {
  visit(
    `axe finds nothing on the home page, ${colorScheme}`,
    stage,
    async (learner) => {
      await learner.open("/");
      await learner.page.getByRole("link", { name: "Namespaces", exact: true }).waitFor();
      await axeFindsNothing(learner);
    },
    { colorScheme },
  );

  visit(
    `axe finds nothing on the lab page, ${colorScheme}`,
    stage,
    async (learner) => {
      await learner.open("/lessons/namespaces");
      await learner.prompt();
      await axeFindsNothing(learner);
    },
    { colorScheme },
  );
}

visit(
  "the page is dark where the system is, and light when the learner says so, also after a reload",
  stage,
  async (learner) => {
    await learner.open("/");
    const dark = await brightness(learner);
    await learner.page.getByRole("button", { name: "Theme" }).click();
    await learner.page.getByRole("menuitemradio", { name: "Light" }).click();
    const light = await brightness(learner);
    assert.ok(dark < 0.2 && light > 0.8, `${dark} is dark and ${light} is light`);
    await learner.page.reload();
    assert.equal(await brightness(learner), light);
  },
  { colorScheme: "dark" },
);

visit(
  "on a phone the panes are tabs, nothing is wider than the screen, and a task ticks",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    const width = await learner.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
    await learner.page.getByRole("tab", { name: "Terminal", exact: true }).first().click();
    await learner.prompt();
    await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await learner.page.getByRole("tab", { name: "Lesson", exact: true }).click();
    await learner.isDone("look");
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true },
);

visit("the keyboard alone is enough: into the lesson, into the terminal, out again, and a hint", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/");
  await tabTo(learner, (focused) => focused.startsWith("Namespaces"));
  await page.keyboard.press("Enter");
  await page.waitForURL(/lessons\/namespaces/);
  await learner.prompt();

  await page.keyboard.press("Control+Backquote");
  await page.waitForFunction(() => document.activeElement?.classList.contains("xterm-helper-textarea"));
  await page.keyboard.type("readlink /proc/$$/ns/uts > /root/my-uts\n");
  await learner.isDone("look");
  await page.keyboard.press("Control+Backquote");
  await page.waitForFunction(() => document.activeElement?.id === "lesson");

  await tabTo(learner, (focused) => /^Hint/.test(focused));
  await page.keyboard.press("Enter");
  await page.getByRole("list", { name: "Hints" }).first().waitFor();
});

/** 0 is black, 1 is white. */
function brightness({ page }: Visit): Promise<number> {
  return page.evaluate(() => {
    const context = document.createElement("canvas").getContext("2d");
    if (context === null) throw new Error("There is no canvas.");
    context.fillStyle = getComputedStyle(document.documentElement).backgroundColor;
    context.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = context.getImageData(0, 0, 1, 1).data;
    return (red + green + blue) / (3 * 255);
  });
}

/** Presses Tab until the focused element's name fits. */
async function tabTo({ page }: Visit, fits: (name: string) => boolean): Promise<void> {
  for (let presses = 0; presses < 60; presses++) {
    await page.keyboard.press("Tab");
    const name = await page.evaluate(
      () => document.activeElement?.getAttribute("aria-label") ?? document.activeElement?.textContent ?? "",
    );
    if (fits(name.trim())) return;
  }
  throw new Error("The Tab key does not get there.");
}
