/** What the lab-server says about the machine that sandboxes run on. */
import { z } from "zod";
import { configuration } from "./configuration.ts";

const Host = z.object({ cgroup: z.union([z.literal(1), z.literal(2)]) });
export type Host = z.infer<typeof Host>;

/** Milliseconds that an answer counts as fresh, and that an answer may take. */
const FRESH = 10_000;
const PATIENCE = 500;

let last: { host: Host; at: number } | undefined;

/** The host, or undefined while the lab-server cannot be reached. */
export async function labHost(): Promise<Host | undefined> {
  if (last && Date.now() - last.at < FRESH) return last.host;
  try {
    const response = await fetch(`${configuration().labServer}/lab/host`, {
      signal: AbortSignal.timeout(PATIENCE),
      cache: "no-store",
    });
    last = { host: Host.parse(await response.json()), at: Date.now() };
    return last.host;
  } catch (error) {
    last = undefined;
    console.error(
      `The lab-server at ${configuration().labServer} does not answer: ${error instanceof Error ? error.message : error}`,
    );
    return undefined;
  }
}
