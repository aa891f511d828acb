import { setMaxListeners } from "node:events";
import { join } from "node:path";
import { openInstance } from "../../lab-server/instance.ts";
import { findLeftovers, leftoverLines } from "./leftovers.ts";
import { LogFile } from "./log-file.ts";
import { Service, type ServiceOptions } from "./service.ts";
import type { SetUp } from "./set-up.ts";
import { CLONE, NODE, type Settings } from "./settings.ts";
import { devSiteCommand, siteCommand } from "./site.ts";
import { bold, step, yellow } from "./step.ts";

/** Milliseconds until both must be healthy. A first `next dev` compiles, and a lab-server makes its first sandboxes. */
const HEALTHY_WITHIN = 120_000;
/** Milliseconds from SIGTERM to SIGKILL. The lab-server removes a hundred sandboxes in less. */
const LAB_STOP_TIMEOUT = 40_000;
const SITE_STOP_TIMEOUT = 5_000;

/** Starts both processes, keeps them running, and when told to stop ends them and sees that nothing is left. Resolves to the exit code. */
export async function runUntilStopped(
  settings: Settings,
  { secret, build }: SetUp,
  { dev, stop }: { dev: boolean; stop: AbortSignal },
): Promise<number> {
  const lab = new Service({ ...labServer(settings, secret, dev), ...common("lab-server", settings, dev) });
  const site = new Service({ ...siteService(settings, secret, build), ...common("site", settings, dev) });
  setMaxListeners(20, stop);
  // A stop during the start ends the waits as well.
  const begun = Promise.all([
    step("lab-server", () => lab.start(HEALTHY_WITHIN)),
    step("site and lab-server answer", () => site.start(HEALTHY_WITHIN)),
  ]);
  try {
    await Promise.race([begun, stopped(stop)]);
    if (!stop.aborted) {
      console.log(
        `\n${bold(settings.url)}\n\nLogs: ${join(settings.stateFolder, "logs")}. Ctrl-C ends the site, the lab-server and every sandbox.`,
      );
      await stopped(stop);
    }
    console.log();
  } finally {
    await step("stopping", () => Promise.all([lab.stop(), site.stop()]));
    await begun.catch(() => undefined);
  }
  return (await nothingLeft(settings)) ? 0 : 1;
}
