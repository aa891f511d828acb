import { ConfigurationError } from "../../lab-server/configuration.ts";
import { Interrupted, interruption } from "./interruption.ts";
import { StartError } from "./step.ts";

/** Runs the work of a command of one step or a few: what a person can act on is told without a stack, and exits with 1. */
export async function attempt(work: (stop: AbortSignal) => Promise<void>): Promise<void> {
  const stop = interruption((reason) => process.exit(reason.exitCode));
  try {
    await work(stop);
  } catch (error) {
    if (stop.aborted && stop.reason instanceof Interrupted) {
      console.error(`\n${stop.reason.message}.`);
      process.exit(stop.reason.exitCode);
    }
    if (!(error instanceof StartError || error instanceof ConfigurationError)) throw error;
    console.error(`\n${error.message}`);
    process.exit(1);
  }
  // Not before what it printed is out, and not kept alive by what listens for signals.
  process.exitCode = 0;
}
