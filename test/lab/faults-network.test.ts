/** A network that loses packets, falls silent or crawls. Needs root. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { Lab, PLAIN_LESSON } from "./harness.ts";
import { assertSettles, inventory, settled } from "./inventory.ts";
import { seededRandom } from "./random.ts";
import { Survivor } from "./survivor.ts";
import { Wire } from "./wire.ts";

/** Milliseconds. The long run has the whole minute, after which the server has given the connection up. */
const CUT = Number(process.env.UNBOXED_CUT_SECONDS ?? 5) * 1_000;
const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };
/** Milliseconds within which the server notices that nobody is there: two of its pings, and some. */
const NOTICES_WITHIN = 50_000;

// Most of the time is waited.
describe("the network", { concurrency: true }, () => {
  test("over a line that loses 30% of all packets everything arrives, once", { timeout: patient(300_000) }, async (t) => {
    const random = seededRandom(t);
    await using wire = await Wire.lay(random.next);
    await using lab = await Lab.start({ network: wire.network });
    const ann = await Survivor.come({ lab, who: ANN });
    await ann.open(1);
    ann.type(1, "n=0; echo begun-$((1+1))\n");
    await ann.see(1, "begun-2");
    wire.loss = 0.3;
    for (let line = 1; line <= 15; line++) {
      ann.type(1, "n=$((n+1)); echo line-$n-\n");
      await ann.see(1, `line-${line}-`);
    }
    ann.type(1, "seq 3000; echo flooded-$((1+1))\n");
    await ann.see(1, "flooded-2");
    wire.loss = 0;
    t.diagnostic(`${wire.lost} of ${wire.lost + wire.carried} packets lost, ${ann.reconnects} reconnects`);
    assert(wire.lost > 20, "packets were lost");
    ann.type(1, "echo count-$n-\n");
    await ann.see(1, "count-15-");
    const fresh = await lab.page(ANN);
    await fresh.open(1);
    await fresh.until("the whole scrollback", () => fresh.received(1) === ann.page.received(1));
    assert.deepEqual(ann.page.bytes(1), fresh.bytes(1));
  });

  test(`a network that is cut for ${CUT / 1000} s costs nothing but the time`, { timeout: patient(300_000) }, async () => {
    await using wire = await Wire.lay();
    await using lab = await Lab.start({ network: wire.network });
    const ann = await Survivor.come({ lab, who: ANN });
    await ann.open(1);
    ann.type(1, "for i in $(seq 200000); do echo $i-; sleep 0.01; done | head -c 9000; echo EN''D\n");
    await ann.see(1, "\n50-");
    wire.loss = 1;
    ann.type(1, "echo typed-$((1+1))\n");
    await sleep(CUT);
    wire.loss = 0;
    // What a browser's page does by its own pings: it finds out that the line was dead for long, and connects again.
    if (CUT > NOTICES_WITHIN) ann.page.cut();
    await ann.see(1, "typed-2");
    const text = ann.page.bytes(1).toString();
    const numbers = [...text.matchAll(/(\d+)-\r\n/g)].map(([, number]) => Number(number));
    assert.deepEqual(
      numbers,
      Array.from({ length: numbers.length }, (_, index) => index + 1),
    );
    assert(numbers.length > 1_000);
  });

  test("a peer that vanishes without a word is noticed and let go of, at any stage", { timeout: patient(300_000) }, async () => {
    await using wire = await Wire.lay();
    await using lab = await Lab.start({ network: wire.network });
    const [ann, ben] = [await lab.page(ANN), await lab.page(BEN)];
    await ann.open(1);
    await ann.run(1, "echo here-$((1+1))", "here-2");
    ben.cut();
    const witness = await lab.page(ANN);
    witness.cut();
    ann.cut();
    const before = await settled(lab);

    // One that is in a lesson and gets a flood, one that has not said hello, and one that has not even asked.
    const page = await lab.page(ANN);
    await page.open(1);
    page.type(1, "yes\n");
    await page.until("a flood", () => page.received(1) > 100_000);
    await lab.socket();
    const { address } = wire.network;
    const raw = connect(lab.port, address);
    await new Promise((resolve) => raw.once("connect", resolve));
    wire.loss = 1;
    page.cut();
    raw.destroy();
    const end = performance.now() + NOTICES_WITHIN;
    let open = inventory(lab).serverDescriptors;
    while (performance.now() < end && open.length > before.serverDescriptors.length) {
      await sleep(500);
      open = (await settled(lab)).serverDescriptors;
    }
    assert.deepEqual(open, before.serverDescriptors, "every connection is let go of");
    wire.loss = 0;

    // The learner's shell waits where it was.
    const back = await lab.page(ANN, page);
    assert.equal((await back.open(1)).gap, false);
    back.type(1, "\x03");
    await back.run(1, "echo back-$((1+1))", "back-2");
    back.cut();
    await assertSettles(lab, before);
  });

  test("a page that reads slowly holds up nobody, costs bounded memory, and gets every byte", {
    timeout: patient(120_000),
  }, async () => {
    await using lab = await Lab.start({ lessons: { plain: PLAIN_LESSON } });
    const [slow, ben] = [await lab.page(ANN), await lab.page(BEN)];
    await slow.open(1);
    await ben.open(1);
    await slow.run(1, "echo here-$((1+1))", "here-2");
    const numbers = Array.from({ length: 300_000 }, (_, index) => `${index + 1}\r\n`).join("");
    slow.type(1, "stty -echo; PS1=; clear; echo BEG''IN; seq 300000; echo E''ND\n");
    await slow.see(1, "BEGIN\r\n");
    const memory = residentMegabytes(lab.pid);
    let most = 0;
    for (let round = 0; round < 20; round++) {
      slow.pause();
      await sleep(100);
      await ben.run(1, `echo quick-$((${round}+1))-`, `quick-${round + 1}-`);
      most = Math.max(most, residentMegabytes(lab.pid) - memory);
      slow.resume();
      await sleep(2);
    }
    assert(most < 30, `the lab-server grew by ${most} MB`);
    await slow.see(1, "\nEND\r\n");
    const digest = (text: string) => createHash("sha256").update(text).digest("hex");
    const [, got = ""] = /BEGIN\r\n([0-9\r\n]*)END\r\n/.exec(slow.output(1)) ?? [];
    assert.equal(digest(got), digest(numbers));
  });
});

function residentMegabytes(pid: number): number {
  return Number(/^Rss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1]) / 1024;
}
