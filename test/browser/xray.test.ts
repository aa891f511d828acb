/** The X-ray's frame, with real sandboxes: opened, kept open, paused, stepped through, explained, pointed at. */
import assert from "node:assert/strict";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";
import { explanation, openXray, showView, xray } from "./xray-pane.ts";

const stage = setStage();

visit("the X-ray opens by its button and its keys, stays open over a reload, and closes", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  const button = page.getByRole("button", { name: "X-ray", exact: true });
  assert.equal(await button.getAttribute("aria-expanded"), "false");
  await button.click();
  await xray(learner).getByText("catatonit").first().waitFor();

  await page.reload();
  assert.equal(await page.locator("#xray-pane").count(), 1, "the server draws the pane where it was");
  await xray(learner).getByText("catatonit").first().waitFor();

  await learner.terminal.locator(".xterm:visible").click();
  await page.keyboard.press("Control+Shift+X");
  await page.locator("#xray-pane").waitFor({ state: "detached" });
  await page.reload();
  await learner.prompt();
  assert.equal(await page.locator("#xray-pane").count(), 0);
});

visit("the height of the X-ray is set from the keyboard and kept over a reload", stage, async (learner) => {
  const { page } = learner;
  await openXray(learner, "namespaces");
  const height = async () => (await page.locator("#xray-pane").boundingBox())?.height ?? 0;
  const before = await height();
  await page.getByRole("separator", { name: "Height of the terminal" }).focus();
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction(
    (before) => (document.getElementById("xray-pane")?.getBoundingClientRect().height ?? 0) > before + 10,
    before,
  );
  const chosen = await height();
  await page.waitForFunction(() => document.cookie.includes("unboxed_panes="));
  await page.reload();
  assert.ok(Math.abs((await height()) - chosen) < 3, `${await height()} pixels, and ${chosen} were chosen`);
  await xray(learner).getByText("catatonit").first().waitFor();
  assert.ok(Math.abs((await height()) - chosen) < 3, "and it does not jump");
});

visit(
  "a pid namespace appears as it is made; the timeline tells it, and a step back shows what was before",
  stage,
  async (learner) => {
    const { page } = learner;
    await openXray(learner, "namespaces");
    await learner.type("unshare --pid --fork --mount-proc bash");
    await xray(learner).getByText("pid 2", { exact: true }).first().waitFor();
    assert.match(
      (await xray(learner)
        .getByRole("tab", { name: /Timeline/ })
        .textContent()) ?? "",
      /[1-9]/,
    );

    await showView(learner, "Timeline");
    const line = xray(learner).getByRole("button", { name: /made pid 2/ });
    await line.first().waitFor();

    await showView(learner, "Processes");
    await page.getByRole("button", { name: "Step back" }).click();
    await xray(learner).getByText("You are looking at").waitFor();
    const back = xray(learner).getByRole("button", { name: "Step back" });
    await back.focus();
    // As far as it goes, and the keyboard stays there.
    for (let step = 0; step < 20; step++) await page.keyboard.press("Enter");
    assert.equal(await back.evaluate((button) => button === document.activeElement), true);
    await xray(learner).getByText("pid 2", { exact: true }).first().waitFor({ state: "detached" });

    await xray(learner).getByRole("button", { name: "Back to live" }).first().click();
    await xray(learner).getByText("pid 2", { exact: true }).first().waitFor();
  },
);

visit("while it is paused the picture stays, and the sandbox goes on", stage, async (learner) => {
  await openXray(learner, "namespaces");
  await asTable(learner);
  await xray(learner).getByRole("button", { name: "Pause" }).click();
  await xray(learner).getByText("You are looking at").waitFor();
  await learner.type("sleep 1234");
  await learner.terminalShows("sleep 1234");
  // The timeline is told all the while.
  await showView(learner, "Timeline");
  await xray(learner)
    .getByText(/sleep.* started/)
    .first()
    .waitFor();
  await showView(learner, "Processes");
  assert.equal(
    await xray(learner)
      .getByRole("row", { name: /sleep 1234/ })
      .count(),
    0,
  );
  await xray(learner).getByRole("button", { name: "Back to live" }).first().click();
  await xray(learner)
    .getByRole("row", { name: /sleep 1234/ })
    .waitFor();
});

visit("an OOM kill is written on its group, and the lesson leads there before the group is made", stage, async (learner) => {
  const { page } = learner;
  await learner.open("/lessons/cgroups");
  await learner.prompt();
  await learner.task("cap").getByRole("button", { name: "Show in the X-ray: group batch" }).click();
  await xray(learner).getByText("Group batch appears here when you make it.").waitFor();
  assert.equal(
    await xray(learner)
      .getByRole("tab", { name: /cgroups/ })
      .getAttribute("aria-selected"),
    "true",
  );

  const [all, memory, limit] =
    (await cgroupVersion(learner)) === 1
      ? ["$CGROUP/{memory,cpu,cpuacct,pids,freezer,blkio}", "$CGROUP/memory/batch", "memory.limit_in_bytes"]
      : ["$CGROUP", "$CGROUP/batch", "memory.max"];
  await learner.type(`mkdir -p ${all}/{batch,web}`);
  await xray(learner).getByText("Group batch appears here when you make it.").waitFor({ state: "detached" });
  await asTable(learner);
  await xray(learner).locator('tr[data-selected="true"]', { hasText: "/batch" }).waitFor();

  await learner.type(`echo 50M > ${memory}/${limit}`);
  await learner.type("ingroup batch bash -c 'head -c 100M /dev/zero | tail'");
  await xray(learner)
    .getByText(/OOM killer/)
    .first()
    .waitFor();
  await page.keyboard.press("Control+Backquote");
  await showView(learner, "Timeline");
  const kill = xray(learner).getByRole("button", { name: /^\d\d:\d\d:\d\d.*OOM killer took/ });
  await kill.click();
  assert.equal(
    await xray(learner)
      .getByRole("tab", { name: /cgroups/ })
      .getAttribute("aria-selected"),
    "true",
  );
  await explanation(learner)
    .getByText(/the kernel killed a process of it/)
    .waitFor();
});

visit(
  "a click explains: what it is, the file it was read from with its value, and where it is taught; Escape leads back",
  stage,
  async (learner) => {
    const { page } = learner;
    await openXray(learner, "namespaces");
    await asTable(learner);
    await learner.type("unshare --pid --fork --mount-proc sleep 4321");
    const row = xray(learner).getByRole("row", { name: /^\S*\s*sleep 4321/ });
    await row.getByRole("button").focus();
    await page.keyboard.press("Enter");
    await explanation(learner)
      .getByText(/innermost it is that one's init/)
      .waitFor();
    await explanation(learner)
      .getByText(/^\/proc\/\d+\/status/)
      .waitFor();
    await explanation(learner)
      .getByText(/NSpid:/)
      .waitFor();
    await explanation(learner).getByRole("link", { name: "PID namespace", exact: true }).waitFor();

    await page.keyboard.press("Escape");
    await explanation(learner).waitFor({ state: "detached" });
    assert.equal(await row.getByRole("button").evaluate((button) => button === document.activeElement), true);
  },
);

visit("the keyboard goes from view to view, and from row to row", stage, async (learner) => {
  const { page } = learner;
  await openXray(learner, "namespaces");
  await asTable(learner);
  await xray(learner)
    .getByRole("tab", { name: /Processes/ })
    .focus();
  await page.keyboard.press("ArrowRight");
  await page.waitForFunction(() => document.activeElement?.textContent?.startsWith("cgroups"));
  await page.keyboard.press("ArrowLeft");
  const rows = xray(learner).locator("[data-row]");
  await rows.first().focus();
  await page.keyboard.press("ArrowDown");
  assert.equal(await rows.nth(1).evaluate((row) => row === document.activeElement), true);
  await page.keyboard.press("Home");
  assert.equal(await rows.first().evaluate((row) => row === document.activeElement), true);
});

visit(
  "a reset shows the fresh sandbox, and the picture goes on after the connection was lost",
  stage,
  async (learner) => {
    const { page, product } = learner;
    await openXray(learner, "namespaces");
    await asTable(learner);
    await learner.type("sleep 1111");
    await xray(learner)
      .getByRole("row", { name: /sleep 1111/ })
      .waitFor();
    await page.getByRole("button", { name: "Reset the sandbox" }).click();
    await page.getByRole("button", { name: "Reset it" }).click();
    await xray(learner)
      .getByRole("row", { name: /sleep 1111/ })
      .waitFor({ state: "detached" });
    await xray(learner)
      .getByRole("row", { name: /catatonit/ })
      .waitFor();

    await learner.prompt();
    product.link.cut();
    await xray(learner).getByText("The connection is lost: this is the last that was seen.").waitFor();
    product.link.restore();
    await xray(learner).getByText("The connection is lost").waitFor({ state: "detached" });
    await learner.type("sleep 2222");
    await xray(learner)
      .getByRole("row", { name: /sleep 2222/ })
      .waitFor();
  },
  { expected: /WebSocket|ERR_|Failed to load|No ticket/ },
);

visit(
  "on a phone the X-ray is a tab, nothing is wider than the screen, and the explanation lies below",
  stage,
  async (learner) => {
    const { page } = learner;
    await learner.open("/lessons/namespaces");
    await page.getByRole("tab", { name: "X-ray" }).click();
    await xray(learner).getByText("catatonit").first().waitFor();
    await asTable(learner);
    await xray(learner).locator("[data-row]").first().click();
    await explanation(learner).waitFor();
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= 360, `the page is ${width} pixels wide`);
    assert.equal(await learner.terminal.isVisible(), false);
  },
  { viewport: { width: 360, height: 740 }, hasTouch: true },
);

visit(
  "whoever wants no motion gets none",
  stage,
  async (learner) => {
    await openXray(learner, "namespaces");
    await learner.type("unshare --pid --fork --mount-proc bash");
    await xray(learner).getByText("pid 2", { exact: true }).first().waitFor();
    const longest = await learner.page.evaluate(() =>
      Math.max(
        0,
        ...[...document.querySelectorAll("#xray-pane, #xray-pane *")].map((element) =>
          Math.max(...getComputedStyle(element).animationDuration.split(",").map(Number.parseFloat)),
        ),
      ),
    );
    assert.ok(longest < 0.001, `something moves for ${longest} s`);
  },
  { reducedMotion: "reduce" },
);

async function asTable(learner: Visit): Promise<void> {
  await xray(learner).getByRole("button", { name: "Show as a table" }).click();
}

async function cgroupVersion({ page, product }: Visit): Promise<number> {
  const answer = await page.request.get(new URL("/lab/host", product.url).href);
  const { cgroup } = await answer.json();
  return cgroup;
}
