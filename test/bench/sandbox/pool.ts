import { setTimeout as sleep } from "node:timers/promises";
import type { Lab } from "../../lab/harness.ts";

/** Waits until so many sandboxes are ready in the pool, as the log says in a line from this one on. */
export async function poolIsFull(lab: Lab, pool: number, from: number): Promise<void> {
  while (!lab.log.slice(from).some((line) => line.msg === "a sandbox is ready in the pool" && line.ready === pool))
    await sleep(20);
}
