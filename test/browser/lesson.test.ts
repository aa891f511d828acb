import assert from "node:assert/strict";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();

visit("from the home page into the lesson, and tasks tick as their commands are typed", stage, async (learner) => {
  await learner.open("/");
  await learner.page.getByRole("link", { name: "Namespaces", exact: true }).click();
  await learner.prompt();
  assert.equal(await learner.task("look").getAttribute("data-state"), "todo");

  await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
  await learner.isDone("look");
  assert.equal(await learner.task("uts").getAttribute("data-state"), "todo");

  await learner.type("unshare --uts bash");
  await learner.type("hostname aurora");
  await learner.isDone("uts");

  const beyond = await learner.page.evaluate(() => document.documentElement.scrollHeight - innerHeight);
  assert.equal(beyond, 0, "the panes scroll, and not the page around them");
});

visit("a command is run by its button", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  const button = learner.page.getByRole("button", { name: "Run in terminal" }).first();
  await button.click();
  await learner.terminalShows(/uts -> '?uts:\[/);
});

visit("after a reload the terminal's text and the ticked tasks are there", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.type("readlink /proc/$$/ns/uts > /root/my-uts; echo the-text-of-$((40 + 2))");
  await learner.terminalShows("the-text-of-42");
  await learner.isDone("look");

  await learner.page.reload();
  await learner.terminalShows("the-text-of-42");
  assert.equal(await learner.task("look").getAttribute("data-state"), "done", "known before the socket is open");
  await learner.type("echo and-it-goes-on-$((1 + 1))");
  await learner.terminalShows("and-it-goes-on-2");
});

visit("a second terminal is another shell in the same sandbox", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.type("echo from-the-first > /root/note; tty");
  await learner.terminalShows("/dev/pts/");

  await learner.page.getByRole("button", { name: "New terminal" }).click();
  await learner.page.getByRole("tab", { name: "Terminal 2" }).waitFor();
  await learner.prompt();
  await learner.type("cat /root/note");
  await learner.terminalShows("from-the-first");

  await learner.page.getByRole("tab", { name: "Terminal", exact: true }).click();
  await learner.terminalShows("/dev/pts/");
});

visit("the check button says in one sentence what is missing", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.task("look").getByRole("button", { name: "Check" }).click();
  await learner.task("look").getByText("There is no file /root/my-uts yet.").waitFor();
});

visit(
  "a lesson that does not exist says so, with the status 404",
  stage,
  async (learner) => {
    const answer = await learner.page.goto(new URL("/lessons/no-such-lesson", learner.product.url).href);
    assert.equal(answer?.status(), 404);
    await learner.page
      .getByRole("link", { name: /lessons/i })
      .first()
      .waitFor();
  },
  { expected: /status of 404/ },
);
