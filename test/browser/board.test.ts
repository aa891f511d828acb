/** The board of a class and the operator's page, with learners who work in real sandboxes. */
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { setRole } from "../../classroom/accounts.ts";
import { auditLog } from "../../classroom/audit.ts";
import { changeLesson } from "../../classroom/class-lessons.ts";
import { archiveClass } from "../../classroom/classes.ts";
import { axeFindsNothing } from "./axe.ts";
import { classTests } from "./class-tests.ts";
import { type Classroom, withDatabase } from "./classroom-stage.ts";
import { setStage } from "./stage.ts";
import type { Visit } from "./visit.ts";

const stage = setStage();
const LESSON = "namespaces";
/** Milliseconds from a tick on the learner's page to the board's. */
const AT_ONCE = 1_000;

const inClass = classTests(stage, { lessons: [LESSON], learners: ["Bea", "Carl"] });

const board = ({ class: { id } }: Classroom): string => `/classes/${id}/board`;
const button = ({ page }: Visit, name: string | RegExp): Locator => page.getByRole("button", { name });
const rowOf = ({ page }: Visit, name: string): Locator => page.getByRole("row", { name: new RegExp(name) });

inClass("a learner's tick is on the board at once, and so is why the next task is not done", async ({ room, ada, bea }) => {
  await ada.open(board(room));
  await rowOf(ada, "Bea").getByText("Has not been here yet").waitFor();
  await bea.open(`/lessons/${LESSON}`);
  await bea.prompt();
  await rowOf(ada, "Bea").locator('[data-state="now"]').waitFor();

  const cell = rowOf(ada, "Bea").getByRole("gridcell").first();
  // Both pages tell when they have it, by the same clock.
  const ticked = bea.page.evaluate(whenDone, '[data-task="look"][data-state="done"]');
  const shown = ada.page.evaluate(whenDone, '[data-learner] td:first-of-type [data-state="done"]');
  await bea.type("readlink /proc/$$/ns/uts > /root/my-uts");
  const late = (await shown) - (await ticked);
  assert.ok(late < AT_ONCE, `the board has it ${late} ms after the learner`);
  assert.match((await cell.textContent()) ?? "", /done/);
  await rowOf(ada, "Bea").getByRole("gridcell").nth(1).locator('[data-state="now"]').waitFor();
  await button(ada, /1 here now/).waitFor();
});

inClass("a raised hand is first on the board, is announced, and is lowered from there", async ({ room, ada, bea, carl }) => {
  await ada.open(board(room));
  for (const learner of [bea, carl]) {
    await learner.open(`/lessons/${LESSON}`);
    await learner.prompt();
  }
  await button(carl, "Raise hand").click();
  await rowOf(ada, "Carl").getByText("Hand raised, place 1").waitFor();
  await ada.page
    .locator('[aria-live="polite"]', { hasText: "Carl raised a hand. 1 in the queue." })
    .waitFor({ state: "attached" });
  await ada.page.waitForFunction(() => document.querySelector("tbody tr")?.textContent?.includes("Carl"));
  assert.match(await ada.page.title(), /^\(1\) /);

  await ada.page.keyboard.press("h");
  assert.match(await focused(ada), /Carl/);
  await ada.page.keyboard.press("Enter");
  await button(ada, "Lower it").click();
  await button(carl, "Raise hand").waitFor();
  await rowOf(ada, "Carl").getByText("Hand raised, place 1").waitFor({ state: "detached" });
});

inClass("the keyboard alone: into the grid, from cell to cell, into a learner and back", async ({ room, ada }) => {
  await ada.open(board(room));
  await rowOf(ada, "Carl").waitFor();
  const { keyboard } = ada.page;
  for (let presses = 0; presses < 60 && !/Bea/.test(await focused(ada)); presses++) await keyboard.press("Tab");
  assert.match(await focused(ada), /Bea/);
  await keyboard.press("ArrowDown");
  assert.match(await focused(ada), /Carl/);
  await keyboard.press("ArrowRight");
  assert.match(await focused(ada), /not begun/);
  await keyboard.press("Control+Home");
  assert.match(await focused(ada), /Bea/);
  await keyboard.press("ArrowUp");
  await keyboard.press("End");
  assert.match(await focused(ada), /Task \d+, /);
  await keyboard.press("Control+Home");
  await keyboard.press("Enter");
  await ada.page.getByRole("complementary", { name: "Bea" }).waitFor();
  await keyboard.press("Escape");
  await ada.page.getByRole("complementary", { name: "Bea" }).waitFor({ state: "detached" });
  assert.match(await focused(ada), /Bea/);
  // One stop for the Tab key: the next one is out of the grid.
  await keyboard.press("Tab");
  assert.equal(await ada.page.evaluate(() => document.activeElement?.closest("table")), null);
});

inClass("one writes to all from the board, and learns how many it reached", async ({ room, ada, bea, carl }) => {
  await bea.open(`/lessons/${LESSON}`);
  await bea.prompt();
  await carl.open("/");
  await ada.open(board(room));
  await rowOf(ada, "Bea").locator('[data-state="now"]').waitFor();
  await button(ada, "Message all").click();
  await ada.page.locator("textarea").fill("Five minutes to go.");
  await button(ada, "Send").click();
  await ada.page.getByText("Sent. It is on the page of 1 learner.").waitFor();
  await bea.page.getByText("Five minutes to go.").first().waitFor();
});

inClass("a learner's sandbox is reset from the board, after a question", async ({ room, ada, bea }) => {
  await bea.open(`/lessons/${LESSON}`);
  await bea.prompt();
  await bea.type("touch /root/old; ls /root");
  await ada.open(board(room));
  await rowOf(ada, "Bea").getByRole("rowheader").click();
  await button(ada, "Extend").click();
  await ada.page
    .getByText("It has more time now.")
    .or(ada.page.getByText(/cannot|more time/))
    .first()
    .waitFor();
  await button(ada, "Reset").click();
  await ada.page.getByRole("alertdialog").getByRole("button", { name: "Reset it" }).click();
  await ada.page.getByText("There is a fresh sandbox.").waitFor();
  await bea.prompt();
  await bea.type("ls /root | wc -l | sed s/^/files-/");
  await bea.terminalShows("files-0");
});

inClass("the instructor opens the next task of a paced lesson for all", async ({ room, ada }) => {
  const actor = { account: room.instructor.id, name: room.instructor.name };
  await withDatabase(stage().product, (db) => changeLesson(db, actor, room.class.id, LESSON, { step: 2 }));
  await ada.open(board(room));
  await ada.page.getByText(/^2 of \d+ tasks are open\./).waitFor();
  await button(ada, /^Open task 3: /).click();
  await ada.page.getByText(/^3 of \d+ tasks are open\./).waitFor();
});

inClass(
  "what is chosen stands in the address: lesson, order, filter, statistics",
  async ({ room, ada, bea }) => {
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await ada.open(board(room));
    await rowOf(ada, "Bea").waitFor();
    await ada.page.getByLabel("Order").selectOption("name");
    await button(ada, /here now/).click();
    await rowOf(ada, "Carl").waitFor({ state: "detached" });
    await button(ada, /cgroups/).click();
    await ada.page.getByRole("grid", { name: /^cgroups/ }).waitFor();
    await ada.page.reload();
    await ada.page.getByRole("grid", { name: /^cgroups/ }).waitFor();
    await rowOf(ada, "Bea").getByText("In Namespaces").waitFor();
    assert.equal(await rowOf(ada, "Carl").count(), 0);
    await button(ada, "Tasks").click();
    await ada.page.getByRole("list", { name: "cgroups: tasks" }).getByText("0 of 2 did it").first().waitFor();
  },
  { lessons: [LESSON, "cgroups"] },
);

inClass(
  "a lost connection is said, what is old is greyed, and all is well when it is back",
  async ({ room, ada }) => {
    await ada.open(board(room));
    await rowOf(ada, "Bea").waitFor();
    const { link } = stage().product;
    link.cut();
    await ada.page.getByText(/connection to the lab-server is lost/).waitFor();
    await ada.page.locator(".board[data-stale]").waitFor();
    await rowOf(ada, "Bea").waitFor();
    link.restore();
    await button(ada, "Try now").click();
    await ada.page.locator(".board:not([data-stale])").waitFor();
  },
  { expected: /WebSocket|ERR_|Failed to load|No ticket|Failed to fetch/ },
);

inClass("a class that is archived has no board any more, and none that is open goes on", async ({ room, ada }) => {
  await ada.open(board(room));
  await rowOf(ada, "Bea").waitFor();
  await withDatabase(stage().product, (db) =>
    archiveClass(db, { account: room.instructor.id, name: room.instructor.name }, room.class.id),
  );
  await ada.page.reload();
  await ada.page.getByRole("heading", { name: "The board is over" }).waitFor();
});

inClass(
  "whoever does not teach the class gets no board and no ticket",
  async ({ room, bea, ada }) => {
    const response = await bea.page.goto(new URL(board(room), bea.product.url).href);
    assert.equal(response?.status(), 404);
    const ask = (visit: Visit, body: unknown) =>
      visit.page.evaluate(
        async (sent) =>
          (
            await fetch("/api/staff-ticket", {
              method: "POST",
              headers: { "content-type": "application/json" },
              body: JSON.stringify(sent),
            })
          ).status,
        body,
      );
    assert.equal(await ask(bea, { class: room.class.id }), 404);
    assert.equal(await ask(bea, { operator: true }), 404);
    await ada.open(board(room));
    assert.equal(await ask(ada, { class: room.class.id }), 200);
    assert.equal(await ask(ada, { operator: true }), 404);
    assert.equal(await ask(ada, { class: "another" }), 404);
    assert.equal(await ask(ada, { class: room.class.id, operator: true }), 400);
    await ada.context.clearCookies();
    assert.equal(await ask(ada, { class: room.class.id }), 401);
  },
  { expected: /status of 40\d/ },
);

for (const colorScheme of ["light", "dark"] as const) {
  inClass(
    `axe finds nothing on the board, a learner's panel, the statistics and the operator's page, ${colorScheme}`,
    async ({ room, ada, bea, carl }) => {
      await withDatabase(stage().product, (db) => setRole(db, room.instructor.id, "operator"));
      await bea.open(`/lessons/${LESSON}`);
      await carl.open(`/lessons/${LESSON}`);
      await bea.prompt();
      await button(carl, "Raise hand").click();
      await bea.type("readlink /proc/$$/ns/uts > /root/my-uts");
      await ada.open(board(room));
      await rowOf(ada, "Carl").getByText("Hand raised, place 1").waitFor();
      await rowOf(ada, "Bea").locator('[data-state="done"]').waitFor();
      await axeFindsNothing(ada);
      await rowOf(ada, "Carl").getByRole("rowheader").click();
      await ada.page.getByRole("complementary", { name: "Carl" }).waitFor();
      await axeFindsNothing(ada);
      await ada.page.keyboard.press("Escape");
      await button(ada, "Tasks").click();
      await ada.page.getByText("1 of 2 did it").first().waitFor();
      await axeFindsNothing(ada);
      await ada.open("/operator");
      await ada.page.getByRole("rowheader", { name: /Bea/ }).first().waitFor();
      await axeFindsNothing(ada);
    },
    { colorScheme },
  );
}

inClass(
  "on a phone the board is a list of learners, and nothing is wider than the screen",
  async ({ room, ada }) => {
    await ada.open(board(room));
    await rowOf(ada, "Bea").waitFor();
    const width = await ada.page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 390, `the page is ${width} pixels wide`);
    await rowOf(ada, "Bea").getByRole("rowheader").tap();
    await ada.page.getByRole("complementary", { name: "Bea" }).waitFor();
    await button(ada, "Close").tap();
    await ada.page.getByRole("complementary", { name: "Bea" }).waitFor({ state: "detached" });
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true },
);

inClass(
  "an operator sees sandboxes, writes to all and ends them, and it is kept",
  async ({ room, ada, bea, carl }) => {
    await withDatabase(stage().product, (db) => setRole(db, room.instructor.id, "operator"));
    await bea.open(`/lessons/${LESSON}`);
    await carl.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await carl.prompt();
    await ada.open("/operator");
    await ada.page.getByRole("rowheader", { name: /Olga/ }).waitFor();
    await ada.page.getByRole("rowheader", { name: /Pavel/ }).waitFor();
    await ada.page.getByLabel("Find a sandbox").fill("pavel");
    await ada.page.getByRole("rowheader", { name: /Olga/ }).waitFor({ state: "detached" });
    await ada.page.getByLabel("Find a sandbox").fill("");

    await button(ada, "Broadcast").click();
    await ada.page.locator("textarea").fill("Back in five minutes.");
    await button(ada, "Send to all").click();
    await ada.page.getByText(/^Sent\. It is on the pages of [2-9]/).waitFor();
    await bea.page.getByText("Back in five minutes.").first().waitFor();
    await ada.page.keyboard.press("Escape");

    await button(ada, "End the sandbox of Olga").click();
    await ada.page.getByRole("alertdialog").getByRole("button", { name: "End it" }).click();
    await bea.page.getByText(/whoever runs this site ended it/).waitFor();
    await ada.page.getByRole("rowheader", { name: /Olga/ }).waitFor({ state: "detached" });

    await button(ada, "End all").click();
    const end = ada.page.getByRole("dialog").getByRole("button", { name: /^End \d+ sandbox/ });
    await ada.page.getByLabel(/Type end all/).fill("end");
    assert.ok(await end.isDisabled());
    await ada.page.getByLabel(/Type end all/).fill("end all");
    await end.click();
    await carl.page.getByText(/whoever runs this site ended it/).waitFor();

    const kept = await withDatabase(stage().product, (db) => auditLog(db));
    for (const action of ["broadcast.send", "sandbox.end", "sandbox.end-all"])
      assert.ok(
        kept.some((entry) => entry.action === action && entry.actor === "Ada"),
        `${action} is kept`,
      );
    await ada.page.reload();
    await ada.page
      .getByText(/wrote to every open lab page: “Back in five minutes\.”/)
      .first()
      .waitFor();
  },
  { learners: ["Olga", "Pavel"] },
);

// The last one: after it the product makes no more sandboxes.
inClass(
  "an operator drains: who works goes on, nobody else gets in, and with the last sandbox the lab-server ends for good",
  async ({ room, ada, bea, carl }) => {
    const { product } = stage();
    await withDatabase(product, (db) => setRole(db, room.instructor.id, "operator"));
    await ada.open("/operator");
    // Those of the tests before.
    if (await button(ada, "End all").isEnabled()) {
      await button(ada, "End all").click();
      await ada.page.getByLabel(/Type end all/).fill("end all");
      await ada.page
        .getByRole("dialog")
        .getByRole("button", { name: /^End \d+ sandbox/ })
        .click();
      await ada.page.getByRole("dialog").waitFor({ state: "detached" });
    }
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await ada.page.getByRole("rowheader", { name: /Rosa/ }).waitFor();
    await button(ada, "Drain").click();
    await ada.page.getByRole("alertdialog").getByRole("button", { name: "Drain" }).click();
    await ada.page.getByText(/ends with the last one: 1 is left/).waitFor();
    assert.ok(await button(ada, "Draining").isDisabled());

    await carl.open(`/lessons/${LESSON}`);
    await carl.page
      .getByText(/about to be serviced/)
      .first()
      .waitFor();
    await bea.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await bea.isDone("look");

    await button(ada, "End the sandbox of Rosa").click();
    await ada.page.getByRole("alertdialog").getByRole("button", { name: "End it" }).click();
    await ada.page.getByText(/connection to the lab-server is lost/).waitFor();
    while (!product.output.includes("The lab-server was drained and has ended.")) await ada.page.waitForTimeout(100);
    assert.doesNotMatch(product.output, /starts again/);
  },
  { learners: ["Rosa", "Sami"], expected: /WebSocket|ERR_|Failed to load|No ticket|Failed to fetch/ },
);

/** The name of what has the focus: its label, or its text. Nothing where nothing has it. */
function focused({ page }: Visit): Promise<string> {
  return page.evaluate(() => {
    const { activeElement, body } = document;
    return activeElement === body ? "" : (activeElement?.getAttribute("aria-label") ?? activeElement?.textContent ?? "");
  });
}

/** Milliseconds since the epoch when an element is there. */
function whenDone(selector: string): Promise<number> {
  return new Promise((resolve) => {
    const look = () => (document.querySelector(selector) ? resolve(Date.now()) : requestAnimationFrame(look));
    look();
  });
}
