/**
 * Bad input, a few seconds of it; `npm run fuzz` sends far more. UNBOXED_SEED=… has a run again. Needs root.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { freePort } from "../browser/product.ts";
import { frame, wireBytes } from "../fuzz/frames.ts";
import { request } from "../fuzz/requests.ts";
import { chooseSeed } from "../fuzz/seed.ts";
import { sendFrames, sendOnWire, sendRequest } from "../fuzz/send.ts";
import { lay } from "../fuzz/siege.ts";
import { Lab } from "./harness.ts";
import { Site } from "./site.ts";

const seed = chooseSeed();

/** Nothing that nobody foresaw was logged, and a learner works. */
async function goesOn(lab: Lab): Promise<void> {
  assert.deepEqual(
    lab.log.filter(({ level }) => level >= 50),
    [],
  );
  const page = await lab.page({ learner: "learner-after", lesson: "plain" });
  await page.open(1);
  await page.run(1, "echo here-$((1+1))-", "here-2-");
  page.cut();
}

test("frames of any kind, on pages that are welcomed", async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using lab = await Lab.start({ env: { UNBOXED_LOG_LEVEL: "info" } });
  await lay({
    arbitrary: frame,
    count: 6_000,
    seed,
    width: 2,
    send: async (frames, sender) => void (await sendFrames(lab, `learner-${sender}`, frames)),
  });
  await goesOn(lab);
});

test("bytes that are no WebSocket's", async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using lab = await Lab.start({ env: { UNBOXED_LOG_LEVEL: "info" } });
  const send = async (samples: readonly Uint8Array[]) => {
    for (const bytes of samples) await sendOnWire(lab.port, lab.origin, bytes);
  };
  await lay({ arbitrary: wireBytes, count: 2_000, seed, width: 8, send });
  await goesOn(lab);
});

test("requests of any kind to the lab-server and to the site", async (t) => {
  t.diagnostic(`seed ${seed}`);
  await using lab = await Lab.start({ env: { UNBOXED_LOG_LEVEL: "info" } });
  await using site = await Site.start(lab, await freePort());
  for (const port of [lab.port, site.port]) {
    // The lab-server's own port has metrics; through the site there are none.
    const secret = port === site.port ? /unboxed_sandboxes|root:x:0/ : /root:x:0/;
    const send = async (requests: readonly string[]) => {
      for (const bytes of requests) {
        const answer = await sendRequest(port, bytes);
        assert.ok(
          !/^HTTP\/1\.1 5/.test(answer) && !secret.test(answer),
          `${JSON.stringify(bytes).slice(0, 2000)}\n${answer.slice(0, 500)}`,
        );
      }
    };
    await lay({ arbitrary: request, count: 1_000, seed, width: 4, send });
  }
  assert.deepEqual(site.errors, []);
  await goesOn(lab);
});
