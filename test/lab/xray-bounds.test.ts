/** However much there is in a sandbox, the X-ray costs little and says what it left out. The shares are printed; test/bench/xray.ts holds them to the goal. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import test from "node:test";
import { type Facts, MOST_ROWS } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";
import { readersShare } from "./xray-share.ts";

/** Milliseconds that a share is measured. */
const LOOK = 3_000;
/** Generous: the goal is 5 %. */
const MOST = 0.15;

const GROUPS = existsSync("/sys/fs/cgroup/pids") ? "$CGROUP/pids/many" : "$CGROUP/many";

const crowds: { name: string; make: string; holds: (facts: Facts) => boolean; leftOut: (facts: Facts) => number }[] = [
  {
    name: "256 processes",
    make: "for ((i = 0; i < 300; i++)); do sleep 1000 & done 2>/dev/null",
    holds: ({ processes }) => Object.keys(processes).length >= 250,
    leftOut: () => 1,
  },
  {
    name: "a fork bomb of 256 processes",
    make: "bomb() { bomb | bomb & }; (trap '' HUP; bomb) 2>/dev/null",
    holds: ({ processes }) => Object.keys(processes).length >= 100,
    leftOut: () => 1,
  },
  {
    name: "1,000 mounts",
    // Each copies the tree of mounts below itself, so ten make 1,024.
    make: "mkdir /tmp/m; mount -t tmpfs none /tmp/m; for i in {1..10}; do mkdir /tmp/m/$i; mount --rbind /tmp/m /tmp/m/$i; done",
    holds: ({ mounts }) => Object.keys(mounts).length === MOST_ROWS.mounts,
    leftOut: ({ leftOut }) => leftOut.mounts ?? 0,
  },
  {
    name: "10,000 groups",
    make: `mkdir ${GROUPS}; for ((i = 0; i < 100; i++)); do mkdir ${GROUPS}/$i ${GROUPS}/$i/{0..98}; done`,
    holds: ({ groups }) => Object.keys(groups).length === MOST_ROWS.groups,
    leftOut: ({ leftOut }) => leftOut.groups ?? 0,
  },
];

for (const { name, make, holds, leftOut } of crowds)
  test(`${name} cost little, and what is left out is said`, async (context) => {
    await using lab = await Lab.start();
    const xray = await XrayPage.open(lab, "learner-crowd");
    // A bomb leaves no prompt to wait for.
    xray.page.type(1, `${make}\n`);
    await xray.until(name, (facts) => holds(facts) && leftOut(facts) > 0);
    const share = await readersShare(lab.pid, LOOK);
    context.diagnostic(`${name}: ${(share * 100).toFixed(1)} % of a core`);
    assert(share < MOST, `${share}`);
  });
