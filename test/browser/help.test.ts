/** Help inside the terminal: an instructor and learners, each in a browser of their own, with real sandboxes. */
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { auditLog } from "../../classroom/audit.ts";
import { axeFindsNothing } from "./axe.ts";
import { classTests } from "./class-tests.ts";
import { type Classroom, makeClassroom, visitOf, withDatabase } from "./classroom-stage.ts";
import { setStage } from "./stage.ts";
import type { Visit } from "./visit.ts";

const stage = setStage();
const LESSON = "namespaces";

const inClass = classTests(stage, { lessons: [LESSON], learners: ["Bea", "Carl"], records: true });

const watchPage = ({ class: { id }, learners }: Classroom, learner = 0) =>
  `/classes/${id}/watch/${learners[learner]?.learner}/${LESSON}`;
const button = ({ page }: Visit, name: string | RegExp): Locator => page.getByRole("button", { name });
const classBar = ({ page }: Visit): Locator => page.getByRole("region", { name: "Class", exact: true });

inClass("an instructor looks on, in the learner's size, and the learner sees who looks", async ({ room, ada, bea }) => {
  await bea.open(`/lessons/${LESSON}`);
  await bea.prompt();
  await bea.type("echo it-is-$((40 + 2)); stty size");
  await bea.terminalShows("it-is-42");
  assert.equal(await bea.page.getByText(/is looking at your terminal/).count(), 0);

  await ada.open(watchPage(room));
  await ada.terminalShows("it-is-42");
  await classBar(bea).getByText("Ada is looking at your terminal").waitFor();
  const rows = (visit: Visit) => visit.terminal.locator(".xterm-rows > div").count();
  assert.equal(await rows(ada), await rows(bea));

  await bea.page.setViewportSize({ width: 1000, height: 600 });
  await bea.type("stty size; echo smaller-$((1 + 1))");
  await ada.terminalShows("smaller-2");
  assert.equal(await rows(ada), await rows(bea), "the size is followed");

  await ada.terminal.locator(".xterm:visible").click();
  await ada.page.keyboard.type("echo nobody-let-me\n");
  await bea.type("echo still-$((1 + 2))");
  await ada.terminalShows("still-3");
  assert.equal(await bea.terminal.getByText("nobody-let-me").count(), 0);

  await ada.page
    .getByRole("tree", { name: /process/i })
    .or(ada.page.locator(".xray [role=tabpanel]"))
    .first()
    .waitFor();
  await ada.page.goto("about:blank");
  await classBar(bea).getByText("Ada is looking at your terminal").waitFor({ state: "detached" });
});

inClass(
  "an instructor asks to type, the learner accepts, sees what is typed, and ends it by a key",
  async ({ room, ada, bea }) => {
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await ada.open(watchPage(room));
    await button(ada, "Ask to type").click();
    await button(bea, "Not now").click();
    await ada.page.getByText("Bea: not now").waitFor();

    await button(ada, "Ask again").click();
    await button(bea, "Let Ada type").click();
    await ada.page.getByText("You may type").waitFor();
    await classBar(bea).getByText("Ada may type into your terminal").waitFor();
    await ada.page.keyboard.type("echo by-ada-$((20 + 2))\n");
    await bea.terminalShows("by-ada-22");

    await bea.terminal.locator(".xterm:visible").click();
    await bea.page.keyboard.press("Control+Shift+E");
    await classBar(bea).getByText("Ada is looking at your terminal").waitFor();
    await button(ada, "Ask to type").waitFor();
    await ada.page.keyboard.type("echo too-late\n");
    await bea.type("echo mine-again-$((2 + 1))");
    await ada.terminalShows("mine-again-3");
    assert.equal(await bea.terminal.getByText("too-late").count(), 0);

    const { product } = stage();
    const kept = await withDatabase(product, (db) => auditLog(db, { of: room.class.id }));
    for (const action of ["terminal.watch", "terminal.type"])
      assert.ok(
        kept.some((entry) => entry.action === action && entry.target === room.learners[0]?.learner),
        `${action} is kept`,
      );
  },
);

inClass(
  "a message stays until it is put away, and its command goes to the prompt without Enter",
  async ({ room, ada, bea, carl }) => {
    await bea.open(`/lessons/${LESSON}`);
    await carl.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await carl.prompt();
    await ada.open(watchPage(room));
    await ada.page
      .getByLabel("Message", { exact: true })
      .and(ada.page.locator("textarea"))
      .fill("<b>Look</b> at https://example.org");
    await ada.page.getByLabel(/Suggest a command/).fill("echo sug$((1 + 1))gested");
    await button(ada, "Send").click();

    const card = bea.page.getByRole("region", { name: "From the class" });
    await card.getByText("<b>Look</b> at https://example.org").waitFor();
    assert.equal(await card.getByRole("link").count(), 0);
    await card.getByRole("button", { name: "Type it" }).click();
    await bea.terminalShows("echo sug$((1 + 1))gested");
    assert.equal(await bea.terminal.getByText("sug2gested").count(), 0, "nothing ran it");
    await bea.page.keyboard.press("Enter");
    await bea.terminalShows("sug2gested");

    await card.getByRole("button", { name: "Put away" }).click();
    await card.waitFor({ state: "detached" });
    await button(bea, "Messages: 1").click();
    await bea.page.getByText("<b>Look</b> at https://example.org").last().waitFor();
    assert.equal(await carl.page.getByRole("region", { name: "From the class" }).count(), 0, "it was for one");
  },
);

inClass("hands have places, the instructor goes from one to the next and lowers them", async ({ room, ada, bea, carl }) => {
  for (const learner of [bea, carl]) {
    await learner.open(`/lessons/${LESSON}`);
    await button(learner, "Raise hand").click();
    await button(learner, "Lower hand").waitFor();
    await classBar(learner)
      .getByText(/in line|You are next/)
      .waitFor();
  }
  await classBar(bea).getByText("You are next").waitFor();
  await classBar(carl).getByText("You are 2nd in line").waitFor();

  await ada.open(watchPage(room));
  await ada.page.getByRole("heading", { name: "Bea", level: 1 }).waitFor();
  await button(ada, "Lower it").click();
  await button(bea, "Raise hand").waitFor();
  await classBar(carl).getByText("You are next").waitFor();
  await ada.page.getByRole("link", { name: "The first hand: Carl" }).click();
  await ada.page.getByRole("heading", { name: "Carl", level: 1 }).waitFor();
  await classBar(carl).getByText("Ada is looking at your terminal").waitFor();
});

inClass(
  "the step before the learner is opened for the instructor, with its reason and its solution",
  async ({ room, ada, bea }) => {
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    await bea.task("look").getByRole("button", { name: /^Hint/ }).click();
    await bea.task("uts").scrollIntoViewIfNeeded();
    await bea.task("look").getByRole("button", { name: "Check" }).click();
    await ada.open(watchPage(room));
    await ada.task("look").getByText("There is no file /root/my-uts yet.").waitFor();
    await ada.page.locator("[aria-current=step]").waitFor();
    if ((await ada.task("look").getByRole("button", { expanded: true }).count()) === 0)
      await ada.task("look").getByRole("button").first().click();
    await ada.task("look").getByRole("button", { name: "Solution" }).click();
    await ada.task("look").getByText("One way to do it").waitFor();

    await bea.type("readlink /proc/$$/ns/uts > /root/my-uts");
    await bea.isDone("look");
    await ada.isDone("look");

    const { product } = stage();
    const learner = room.learners[0]?.learner ?? "";
    const [hints, seen] = await withDatabase(product, (db) =>
      Promise.all([
        db.selectFrom("hint_use").select(["task", "hint"]).where("learner", "=", learner).execute(),
        db.selectFrom("solution_reveal").select("task").where("learner", "=", learner).execute(),
      ]),
    );
    assert.deepEqual(
      hints.map(({ task, hint }) => `${task} ${hint}`),
      ["look 0"],
    );
    assert.deepEqual(seen, [], "what the instructor read is not the learner's");
  },
);

inClass("a demonstration shows one terminal of the instructor to all, and ends on all", async ({ room, ada, bea, carl }) => {
  await ada.open(`/lessons/${LESSON}`);
  await ada.prompt();
  await ada.type("echo shown-$((3 + 4))");
  await ada.terminalShows("shown-7");
  const board = await ada.context.newPage();
  await board.goto(new URL(`/classes/${room.class.id}/board`, ada.product.url).href);
  for (const learner of [bea, carl]) await learner.open(`/lessons/${LESSON}`);
  await board.getByRole("button", { name: "Demonstrate" }).click();
  await board.getByRole("button", { name: "Start" }).click();
  await ada.page.getByText(`Terminal 1 is being shown to ${room.class.name}`).waitFor();

  for (const learner of [bea, carl]) {
    await learner.page.getByRole("button", { name: "Watch it" }).click();
    await learner.terminalShows("shown-7");
  }
  await ada.type("echo live-$((5 + 6))");
  for (const learner of [bea, carl]) await learner.terminalShows("live-11");
  await axeFindsNothing(bea);

  await bea.page.getByRole("tab", { name: "Terminal", exact: true }).click();
  await bea.prompt();
  await board.getByRole("button", { name: /^(Stop|End)/ }).click();
  for (const learner of [bea, carl])
    await learner.page.getByRole("tab", { name: /Ada’s terminal/ }).waitFor({ state: "detached" });
  await carl.prompt();
  await ada.page.getByText(/is being shown to/).waitFor({ state: "detached" });
});

for (const colorScheme of ["light", "dark"] as const)
  inClass(
    `axe finds nothing on a lesson in a class and on the page that watches it, ${colorScheme}`,
    async ({ room, ada, bea }) => {
      await bea.open(`/lessons/${LESSON}`);
      await bea.prompt();
      await ada.open(watchPage(room));
      await button(ada, "Ask to type").click();
      await ada.page.getByLabel("Message", { exact: true }).and(ada.page.locator("textarea")).fill("Look at the inode.");
      await ada.page.getByLabel(/Suggest a command/).fill("stat /proc/self/ns/uts");
      await button(ada, "Send").click();
      await button(bea, "Type it").waitFor();
      await axeFindsNothing(bea);
      await axeFindsNothing(ada);
      await button(bea, "Let Ada type").click();
      await ada.page.getByText("You may type").waitFor();
      await axeFindsNothing(bea);
      await axeFindsNothing(ada);
    },
    { colorScheme },
  );

inClass(
  "nobody else watches: another instructor, a learner of the class, somebody who is not signed in",
  async ({ room, ada, bea, carl }) => {
    await bea.open(`/lessons/${LESSON}`);
    await bea.prompt();
    const { product } = stage();
    const other = await makeClassroom(product, { lessons: [LESSON], learners: [] });
    const stranger = await visitOf(stage(), other.instructor, { expected: /404/ });
    const nobody = await stage().browser.newContext();
    try {
      const url = new URL(watchPage(room), product.url).href;
      const subject = { class: room.class.id, learner: room.learners[0]?.learner ?? "", lesson: LESSON };
      const ask = (visit: Pick<Visit, "context">, data: object, origin = product.url) =>
        visit.context.request.post(new URL("/api/watch-ticket", product.url).href, { data, headers: { origin } });
      for (const visit of [stranger, carl]) {
        const answer = await visit.page.goto(url);
        assert.equal(answer?.status(), 404);
        assert.doesNotMatch((await answer?.text()) ?? "", /Bea/, "not even the name");
        assert.equal((await ask(visit, subject)).status(), 404);
      }
      assert.match((await (await nobody.request.get(url)).url()) ?? "", /sign-in/);
      assert.equal((await ask({ context: nobody }, subject)).status(), 401);
      assert.equal((await ask(ada, subject)).status(), 200);
      assert.equal((await ask(ada, subject, "http://elsewhere.example")).status(), 403);
      assert.equal((await ask(ada, { ...subject, lesson: "cgroups-that-are-not-there" })).status(), 404);
      assert.equal((await ask(ada, { ...subject, learner: other.instructor.learner })).status(), 404);
      assert.equal((await ask(ada, { ...subject, class: other.class.id })).status(), 404);
    } finally {
      await stranger.context.close();
      await nobody.close();
    }
  },
  { expected: /404/ },
);

inClass("what the pages are told holds nothing that is not theirs", async ({ room, ada, bea, carl }) => {
  const told: string[] = [];
  bea.page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => told.push(String(payload))));
  const document = await bea.page.goto(new URL(`/lessons/${LESSON}`, bea.product.url).href);
  await bea.prompt();
  await carl.open(`/lessons/${LESSON}`);
  await carl.prompt();
  await ada.open(watchPage(room));
  await classBar(bea).getByText("Ada is looking at your terminal").waitFor();
  await button(carl, "Raise hand").click();
  await button(bea, "Raise hand").click();
  await classBar(bea).getByText("You are 2nd in line").waitFor();
  const everything = [(await document?.text()) ?? "", ...told].join("\n");
  const secrets = [room.instructor.email, room.instructor.id, room.class.code, "Carl", room.learners[1]?.learner ?? "Carl"];
  for (const secret of secrets) assert.ok(!everything.includes(secret), `the learner's page is told ${secret}`);
});

inClass("a page of nobody's class fetches nothing of one", async ({ ada }) => {
  const fetched: string[] = [];
  ada.page.on("response", (response) => {
    if (response.url().endsWith(".js")) void response.text().then((text) => fetched.push(text));
  });
  await ada.open(`/lessons/${LESSON}`);
  await ada.prompt();
  assert.equal(await classBar(ada).count(), 0);
  assert.ok(fetched.length > 0);
  assert.ok(!fetched.some((text) => text.includes("Raise hand")), "the code of the hand was fetched");
});
