import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import test from "node:test";
import { HIGH_WATERMARK, PROTOCOL_VERSION } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";

const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };
/** OSC 133;B: the shell has drawn its prompt. */
const PROMPT = "\x1b]133;B";

test("terminals", async (t) => {
  await using lab = await Lab.start({ env: { UNBOXED_POOL: "1", UNBOXED_MAX_PER_LEARNER: "1" } });

  await t.test("a page opens a terminal, sees a prompt, types, and sees the output", async () => {
    const page = await lab.page(ANN);
    const opened = await page.open(1);
    assert.deepEqual({ from: opened.from, gap: opened.gap, input: opened.input }, { from: 0, gap: false, input: 0 });
    await page.see(1, PROMPT);
    await page.run(1, "echo $((6*7))-$(whoami)", "42-root");
  });

  await t.test("a page that is loaded again finds the scrollback, the shell and what it knew", async () => {
    const before = await lab.page(ANN);
    await before.open(1);
    await before.run(1, "secret=$((1000+1))", /secret/);
    before.cut();
    const after = await lab.page(ANN);
    assert(after.messages.some((message) => message.type === "welcome" && !message.fresh && message.terminals.includes(1)));
    await after.open(1);
    await after.see(1, "42-root");
    await after.run(1, "echo the secret is $secret", "the secret is 1001");
  });

  await t.test("a hello may ask for a terminal, which comes after the welcome", async () => {
    const page = await lab.socket();
    const ticket = await lab.ticket(ANN.learner, ANN.lesson);
    const open = { terminal: 1, cols: 90, rows: 20 };
    page.say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: randomUUID(), open });
    await page.hear("opened");
    const kinds = page.messages.map(({ type }) => type);
    assert(kinds.indexOf("welcome") < kinds.indexOf("opened"));
    await page.run(1, "stty size", "20 90");
    page.cut();
  });

  await t.test("two pages share a terminal", async () => {
    const [one, two] = [await lab.page(ANN), await lab.page(ANN)];
    await one.open(1);
    await two.open(1);
    two.type(1, "echo from-$((2*1))\n");
    await Promise.all([one.see(1, "from-2"), two.see(1, "from-2")]);
  });

  await t.test("terminals are apart, and one that ended starts anew", async () => {
    const page = await lab.page(ANN);
    await page.open(2);
    await page.open(8);
    await page.run(2, "name=two; echo $name-$((1+1))", "two-2");
    await page.run(8, "echo [$name]-$((4+4))", "[]-8");
    page.type(2, "exit 7\n");
    assert.equal((await page.hear("exited", ({ terminal }) => terminal === 2)).code, 7);
    const opened = await page.open(2);
    assert.equal(opened.from, 0);
    await page.run(2, "echo [$name]-$((1+2))", "[]-3");
    page.say({ type: "close", terminal: 8 });
    await page.hear("exited", ({ terminal }) => terminal === 8);
  });

  await t.test("the shell has the size that its page says", async () => {
    const page = await lab.page(ANN);
    await page.open(3, { cols: 101, rows: 33 });
    await page.run(3, "stty size", "33 101");
    page.say({ type: "resize", terminal: 3, cols: 60, rows: 20 });
    await page.run(3, "stty size", "20 60");
  });

  await t.test("output goes on over cut connections with nothing lost and nothing twice", async () => {
    const last = 300_000;
    let page = await lab.page(BEN);
    await page.open(1);
    await page.see(1, PROMPT);
    page.type(1, `stty -onlcr; PS1=; clear; echo BEGIN; seq 1 ${last}; echo E''ND\n`);
    await page.see(1, "BEGIN\n");
    for (let cuts = 0; cuts < 5; cuts++) {
      const now = page.bytes(1).length;
      await page.until("some more output", () => page.bytes(1).length > now + 100_000);
      page.cut();
      page = await lab.page(BEN, page);
      assert.equal((await page.open(1)).gap, false);
    }
    await page.see(1, "\nEND\n");
    const numbers = /BEGIN\n([0-9\n]*)\nEND\n/.exec(page.output(1))?.[1];
    assert(numbers === Array.from({ length: last }, (_, i) => i + 1).join("\n"), "all numbers, each once, in order");
  });

  await t.test("input goes on over cut connections with nothing lost and nothing twice", async () => {
    const text = Array.from({ length: 60_000 }, (_, i) => `${i}\n`).join("");
    let page = await lab.page(BEN);
    await page.open(2);
    await page.see(2, PROMPT);
    page.type(2, `stty raw -echo; echo REA''DY; head -c ${text.length} | sha256sum; stty sane\n`);
    await page.see(2, "READY");
    for (let cuts = 0; cuts < 5; cuts++) {
      page.type(2, text.slice((text.length / 5) * cuts, (text.length / 5) * (cuts + 1)));
      page.cut();
      page = await lab.page(BEN, page);
      await page.open(2);
    }
    await page.see(2, createHash("sha256").update(text).digest("hex"));
  });

  await t.test("a page that does not acknowledge stops the flood, and another terminal of it is not held up", async () => {
    const page = await lab.page(BEN);
    page.acknowledges = false;
    await page.open(6);
    await page.open(2);
    page.type(6, "seq 1 100000000\n");
    await page.until("the window is full", () => page.bytes(6).length > HIGH_WATERMARK);
    for (let i = 0; i < 20; i++) await page.run(2, `echo alive-$((${i}+1))-`, `alive-${i + 1}-`);
    assert(page.bytes(6).length < 2 * HIGH_WATERMARK);
    page.say({ type: "close", terminal: 6 });
    await page.hear("exited");
  });

  await t.test("a learner has their own sandbox and no way to another's", async () => {
    const [ann, ben] = [await lab.page(ANN), await lab.page(BEN)];
    await ann.open(4);
    await ben.open(4);
    await ann.run(4, "echo annas > /root/diary; sleep 1111 & hostname; echo ok-$((1+0))", "ok-1");
    await ben.run(4, "ls /root/diary; pgrep -f 'sleep 111[1]' | sed s/^/pid:/; echo seen-$((1+1))", "seen-2");
    assert.match(ben.output(4), /No such file/);
    assert.doesNotMatch(ben.output(4), /pid:\d/);
    const id = (page: typeof ann) => page.messages.find((message) => message.type === "welcome")?.sandbox.id;
    assert.notEqual(id(ann), id(ben));
    // There is no message that names a sandbox: what a page says of one is not listened to.
    ben.raw(JSON.stringify({ type: "open", terminal: 5, cols: 80, rows: 24, sandbox: id(ann), learner: ANN.learner }));
    await ben.hear("opened", ({ terminal }) => terminal === 5);
    await ben.run(5, "cat /root/diary; echo seen-$((1+2))", "seen-3");
    assert.doesNotMatch(ben.output(5), /annas/);
  });
});
