import { constants } from "node:os";

/** Signals that come within so many milliseconds are one: at Ctrl-C the terminal, npm and the bootstrap each send it. */
const ONE_SIGNAL = 500;

/** Someone asked us to stop: Ctrl-C, SIGTERM, or the terminal was closed. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;
  constructor(signal: NodeJS.Signals) {
    super(`stopped by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * An abort signal that SIGINT, SIGTERM and SIGHUP set off, its reason an Interrupted. Who listens cleans up and ends the process;
 * `insist` is called when someone asks again meanwhile.
 */
export function interruption(insist: (reason: Interrupted) => void): AbortSignal {
  const controller = new AbortController();
  let first = 0;
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.on(name, () => {
      if (!controller.signal.aborted) {
        first = Date.now();
        controller.abort(new Interrupted(name));
      } else if (Date.now() - first > ONE_SIGNAL) insist(new Interrupted(name));
    });
  }
  return controller.signal;
}
