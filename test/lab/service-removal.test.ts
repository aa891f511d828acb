import assert from "node:assert/strict";
import test from "node:test";
import { removeLeftovers } from "../../cli/start/leftovers.ts";
import { Lab } from "./harness.ts";

test("sandboxes that a stopped service has kept are taken away with it, shells and their holder too", async () => {
  await using lab = await Lab.start({ env: { UNBOXED_KEEP_SANDBOXES: "1", UNBOXED_POOL: "1" } });
  const page = await lab.page({ learner: "learner-of-service", lesson: "plain" });
  await page.open(1);
  await page.run(1, "echo up-$((40+2))", "up-42");
  assert.equal(await lab.stop(), 0);
  assert.notDeepEqual(lab.leftovers(), [], "the sandbox and its shell go on");
  const { UNBOXED_IMAGES: imagesFolder = "" } = lab.env;
  assert.deepEqual(await removeLeftovers({ stateFolder: lab.stateFolder, imagesFolder, sessions: [] }), []);
  assert.deepEqual(lab.leftovers(), []);
});
