/** Processes in the boxes of their namespaces, with real sandboxes. */
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";
import { explanation, openXray, overhang, showView, xray } from "./xray-pane.ts";

const stage = setStage();

visit(
  "a box appears for each pid namespace, in the box of its parent, with all numbers of its processes",
  stage,
  async (learner) => {
    await openXray(learner, "namespaces");
    await box(learner, "pid 1").waitFor();
    await learner.type("unshare --pid --fork --mount-proc bash");
    const second = box(learner, "pid 1").locator(box(learner, "pid 2"));
    await second.getByText("new", { exact: true }).waitFor();
    await second.getByText(/made by unshare, pid \d+/).waitFor();
    await learner.type("unshare --user --map-root-user --pid --fork bash");
    const third = second.locator(box(learner, "pid 3"));
    await third.waitFor();
    await learner.type("sleep 1201");
    await third
      .locator(row(learner, "sleep 1201"))
      .getByText(/^2 ← \d+ ← \d+$/)
      .waitFor();
    await third.getByText("user 2", { exact: true }).first().waitFor();

    await look(learner, "user");
    await box(learner, "user 1").locator(box(learner, "user 2")).getByText("user 0 inside is user 0 outside").waitFor();

    // What nothing holds any more is drawn no more.
    await look(learner, "pid");
    await learner.page.keyboard.press("Control+Backquote");
    await learner.terminal.locator(".xterm:visible").click();
    await learner.page.keyboard.press("Control+C");
    await learner.type("exit");
    await box(learner, "pid 3").waitFor({ state: "detached" });
  },
);

visit(
  "types without nesting stand side by side; what only a mount holds says so; all at once make a container",
  stage,
  async (learner) => {
    await openXray(learner, "namespaces");
    await learner.type("touch held; unshare --uts=held true; unshare -pmuinC --fork sleep 1202 &");
    await row(learner, "sleep 1202").waitFor();
    await look(learner, "uts");
    const held = xray(learner).locator(".namespace-box", { hasText: "It stays because it is mounted at /root/held." });
    await held.getByText("No process is in it.").waitFor();
    assert.equal(await xray(learner).locator(".namespace-box .namespace-box").count(), 0);
    const first = xray(learner).locator(".namespace-box").first();
    await first.getByText("its child unshare is in").waitFor();

    await look(learner, "all");
    const container = xray(learner).locator(".namespace-box .namespace-box", { hasText: "sleep 1202" }).first();
    for (const type of ["mnt", "uts", "ipc", "net", "cgroup"])
      await container
        .getByText(new RegExp(`^${type} \\d$`))
        .first()
        .waitFor();
  },
);

visit(
  "a jail, a stopped process, another user, and a process that went into a namespace from elsewhere",
  stage,
  async (learner) => {
    await openXray(learner, "namespaces");
    await learner.type("mkdir -p jail; cp /usr/bin/busybox jail; chroot jail /busybox sleep 1203 &");
    await row(learner, "/busybox sleep 1203").getByText("root is /root/jail").waitFor();
    await learner.type("setpriv --reuid 1000 --clear-groups sleep 1204 &");
    await row(learner, "sleep 1204").getByText("user 1000").waitFor();
    await learner.type("kill -STOP %2");
    await row(learner, "sleep 1204").getByText("T stopped").waitFor();

    await learner.type("unshare --pid --fork sleep 1205 &");
    await box(learner, "pid 2").waitFor();
    await learner.type("nsenter --target $(pgrep -fx 'sleep 1205') --pid sleep 1206 &");
    await box(learner, "pid 2")
      .locator(row(learner, "sleep 1206"))
      .getByText(/child of nsenter \d+/)
      .click();
    assert.match((await learner.page.locator(":focus").getAttribute("aria-label")) ?? "", /^nsenter /);
    await xray(learner).getByText("its child sleep is in").waitFor();
  },
);

visit("two hundred processes of a kind are one line, and open on demand", stage, async (learner) => {
  await openXray(learner, "namespaces");
  await learner.type("for i in {1..200}; do sleep 1207 & done; clear");
  const more = xray(learner).getByText("and 196 more like it: sleep");
  await more.waitFor();
  assert.ok((await xray(learner).locator(".process-row").count()) < 12);
  await more.click();
  await xray(learner).getByText("Show fewer sleep").waitFor();
  assert.ok((await xray(learner).locator(".process-row").count()) > 100);
  await xray(learner).getByText("Show fewer sleep").click();
  await more.waitFor();
});

visit("the keyboard: one stop, arrows from row to row, Enter explains, Escape leads back", stage, async (learner) => {
  const { page } = learner;
  await openXray(learner, "namespaces");
  await learner.type("unshare --pid --fork --mount-proc sleep 1208 &");
  await row(learner, "sleep 1208").waitFor();
  await xray(learner).getByRole("radio", { name: /^pid/ }).focus();
  await page.keyboard.press("Tab");
  const focused = () => page.locator(":focus").getAttribute("aria-label");
  assert.match((await focused()) ?? "", /^pid 1, /);
  await page.keyboard.press("End");
  assert.match((await focused()) ?? "", /^sleep 1208, pid 1, \d+ further out/);
  await page.keyboard.press("ArrowLeft");
  assert.match((await focused()) ?? "", /^pid 2, 1 process/);
  await page.keyboard.press("Enter");
  await explanation(learner).waitFor();
  assert.equal(await xray(learner).locator('[role="treeitem"][aria-selected="true"]').count(), 1);
  await page.keyboard.press("Escape");
  await explanation(learner).waitFor({ state: "detached" });
  assert.match((await focused()) ?? "", /^pid 2, /);
});

visit(
  "a lesson that points at a type turns to it, and a namespace chosen in the table is in the picture",
  stage,
  async (learner) => {
    await openXray(learner, "namespaces");
    await learner.type("unshare --uts sleep 1209 &");
    await xray(learner).getByText("uts 2", { exact: true }).first().waitFor();
    await xray(learner).getByRole("button", { name: "Show as a table" }).click();
    await xray(learner).getByRole("button", { name: "uts 2", exact: true }).click();
    await xray(learner).getByRole("button", { name: "Show as a table" }).click();
    await xray(learner).locator('[role="treeitem"][aria-selected="true"] > .namespace-box', { hasText: "sleep 1209" }).waitFor();
  },
);

visit(
  "on a phone boxes in boxes are no wider than the screen",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.page.getByRole("tab", { name: "Terminal" }).click();
    await learner.prompt();
    await learner.type("unshare -pf --mount-proc unshare -pf --mount-proc unshare -Urpf --mount-proc sleep 1210");
    await learner.page.getByRole("tab", { name: "X-ray" }).click();
    await showView(learner, "Processes");
    await row(learner, "sleep 1210").waitFor();
    for (const name of ["pid", "mnt", "user", "all"]) {
      await look(learner, name);
      assert.equal(await overhang(learner), 0, name);
    }
  },
  { viewport: { width: 360, height: 740 }, hasTouch: true },
);

/** The box of a namespace. */
function box({ page }: Visit, name: string): Locator {
  return page.locator(".namespace-box", { has: page.locator(`> .box-head b:text-is("${name}")`) });
}

/** The row of the process with this command. */
function row({ page }: Visit, command: string): Locator {
  return page.locator(".process-row", { has: page.locator(`.process-command:text-is("${command}")`) });
}

async function look(learner: Visit, name: string): Promise<void> {
  await xray(learner)
    .getByRole("radio", { name: new RegExp(`^${name}`) })
    .click();
}
