/** What a program in the sandbox can do to the browser, or have the terminal type, by what it prints. */
import assert from "node:assert/strict";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";

const stage = setStage();

let runs = 0;

/** Runs a command in the terminal, and waits until it has ended and `over-` was said. */
async function run(learner: Visit, command: string): Promise<void> {
  runs += 1;
  await learner.type(`clear; ${command}; echo over-$((100 + ${runs}))`);
  await learner.terminalShows(`over-${100 + runs}`);
}

visit(
  "write or read the learner's clipboard (OSC 52)",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.page.evaluate(() => navigator.clipboard.writeText("the learner's own"));
    await run(learner, String.raw`printf '\e]52;c;c3RvbGVu\a\e]52;p;c3RvbGVu\e\\'`);
    assert.equal(await learner.page.evaluate(() => navigator.clipboard.readText()), "the learner's own");
    await run(
      learner,
      String.raw`stty raw -echo; printf '\e]52;c;?\a'; read -r -t 1 -N 50 answer; stty sane; echo "answer=\${#answer}"`.replace(
        "\\$",
        "$",
      ),
    );
    await learner.terminalShows("answer=0");
  },
  { permissions: ["clipboard-read", "clipboard-write"] },
);

visit("change the page's title, or have the terminal type it (OSC 0, OSC 2, CSI 21 t)", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  const title = await learner.page.title();
  await run(learner, String.raw`printf '\e]0;touch /root/evil\a\e]2;taken\e\\\e[22t\e[21t\e[20t'; sleep 0.5`);
  assert.equal(await learner.page.title(), title);
  await nothingWasTyped(learner);
});

visit(
  "open a page, or run a script in this one, by a link in the terminal (OSC 8, javascript:, file:, data:)",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    const asked: string[] = [];
    learner.page.on("dialog", (dialog) => {
      asked.push(dialog.message());
      void dialog.dismiss();
    });
    const evils = [
      "javascript:window.evil=1",
      "data:text/html,<script>opener.evil=1</script>",
      "file:///etc/passwd",
      "unknown-scheme:x",
    ];
    for (const evil of evils) {
      await run(learner, String.raw`printf '\e]8;;${evil}\e\\%s\e]8;;\e\\\n' CLICK-HERE-CLICK-HERE-CLICK-HERE`);
      await clickFirstLine(learner);
    }
    assert.deepEqual(asked, []);
    // The same with an ordinary address is a link, which asks and says where it leads, whatever it looks like.
    await run(
      learner,
      String.raw`printf '\e]8;;http://evil.example/\e\\%s\e]8;;\e\\\n' http://good.example/good.example/good.example`,
    );
    const asking = learner.page.waitForEvent("dialog");
    await pointAtFirstLine(learner);
    await learner.terminal.locator(".xterm-cursor-pointer").waitFor();
    await clickFirstLine(learner);
    await asking;
    assert.equal(asked.length, 1);
    assert.match(asked[0] ?? "", /http:\/\/evil\.example\//);
    assert.equal(learner.context.pages().length, 1);
    assert.equal(await learner.page.evaluate(() => "evil" in window), false);
  },
);

visit(
  "have the terminal type a command by its answers (DECRQSS, XTGETTCAP, ENQ; CVE-2008-2383, CVE-2019-9535)",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    // Questions with a command in them, and after them one that is always answered: where the cursor is.
    const questions = [
      String.raw`\eP$q\ntouch /root/evil\n\e\\`,
      String.raw`\eP+q\ntouch /root/evil\n\e\\`,
      String.raw`\eP+q0a746f756368\e\\`,
      String.raw`\x05`,
      String.raw`\e]4;1;?\a\e]10;?\a\e]50;?\a\e]1337;ReportVariable=x\a\e]777;\ntouch\a`,
      String.raw`\e[c\e[>c\e[=c\e[5n\e[?6n\e[x\e[14t\e[18t\e[19t\e[21t\e[?1;2*y\e[1;1;1;1;1;1*y\e[>q`,
      String.raw`\e_G\ntouch /root/evil\n\e\\\e^\ntouch\e\\`,
      String.raw`\e[6n`,
    ];
    const ask = `stty raw -echo; printf '${questions.join("")}'; read -r -t 2 -N 4096 answer; stty sane; printf %s "$answer" | od -An -c -w16`;
    await run(learner, ask);
    const said = (await learner.terminal.locator(".xterm-accessibility-tree:visible").textContent()) ?? "";
    const answer = said.replaceAll("\u00a0", " ").split("over-")[0] ?? "";
    assert.match(answer, /033 +\[/, "the cursor's place was told");
    assert.doesNotMatch(answer, /\\n|\\r|t +o +u +c +h|e +v +i +l/);
    await run(learner, "ls /root/evil 2>&1 | grep -c No.such");
  },
);

async function nothingWasTyped(learner: Visit): Promise<void> {
  await run(learner, "[ -e /root/evil ] || echo none-$((3 + 4))");
  await learner.terminalShows("none-7");
}

async function firstLine(learner: Visit): Promise<{ x: number; y: number }> {
  const screen = await learner.terminal.locator(".xterm-screen:visible").boundingBox();
  assert(screen);
  return { x: screen.x + 70, y: screen.y + 8 };
}

/** From below, as a hand does: the terminal looks for links where the mouse comes to another cell. */
async function pointAtFirstLine(learner: Visit): Promise<void> {
  const { x, y } = await firstLine(learner);
  await learner.page.mouse.move(x, y + 60);
  await learner.page.mouse.move(x, y, { steps: 10 });
}

async function clickFirstLine(learner: Visit): Promise<void> {
  await pointAtFirstLine(learner);
  const { x, y } = await firstLine(learner);
  await learner.page.mouse.click(x, y, { delay: 100 });
}
