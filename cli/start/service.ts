import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogFile } from "./log-file.ts";
import { StartError } from "./step.ts";

/** Lines kept of a service's output, to be shown when it dies. */
const LAST_LINES = 20;
/** Milliseconds before the first and the longest wait between restarts. */
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 30_000;
/** A service that has run so long, milliseconds, has recovered: its next wait is the first again. */
const RECOVERED = 60_000;

export type ServiceOptions = {
  name: string;
  argv: readonly string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  log: LogFile;
  /** Asked for until it answers 200. */
  healthUrl: string;
  /** Milliseconds from SIGTERM to SIGKILL. */
  stopTimeout: number;
  /** Called for every line that it prints. */
  onLine: (line: string) => void;
  /** Called when it died and will be started again. */
  onDeath: (death: { how: string; lastLines: readonly string[]; restartIn: number }) => void;
  /** Called when it ended with exit code 0 without being told to: where this is given it may, and is not started again. */
  onDone?: () => void;
};

/**
 * A process that is kept running: its own session (Ctrl-C in the terminal reaches us alone, who then end things in order),
 * its output in a log file, a health check, restarts with growing waits.
 */
export class Service {
  /** Sessions (setsid(2)) that its processes have led, ended ones included. */
  readonly sessions: number[] = [];
  readonly #options: ServiceOptions;
  #child: ChildProcess | undefined;
  #ended: Promise<void> = Promise.resolve();
  #lastLines: string[] = [];
  #how = "";
  readonly #stopping = new AbortController();
  #healthy = false;
  #wait = FIRST_WAIT;

  constructor(options: ServiceOptions) {
    this.#options = options;
  }

  /** Starts it; `untilHealthy` tells how that went. */
  start(): void {
    this.#spawn();
  }

  /** Throws if it dies before it is healthy, or is not in time (milliseconds), or `stop` comes first. */
  async untilHealthy(timeout: number, stop: AbortSignal): Promise<void> {
    const deadline = Date.now() + timeout;
    while (!(await this.#isHealthy())) {
      stop.throwIfAborted();
      if (this.#child === undefined) throw new StartError(this.#story(`The ${this.#options.name} ${this.#how} as it started`));
      if (Date.now() > deadline) {
        throw new StartError(
          this.#story(`The ${this.#options.name} does not answer at ${this.#options.healthUrl} after ${timeout / 1000} s`),
        );
      }
      await sleep(50);
    }
    this.#healthy = true;
  }

  /** Ends it for good: SIGTERM, and SIGKILL to its whole group when the time is up. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    const pid = this.#child?.pid;
    if (pid !== undefined) {
      signalGroup(pid, "SIGTERM");
      const timer = setTimeout(() => signalGroup(pid, "SIGKILL"), this.#options.stopTimeout);
      await this.#ended;
      clearTimeout(timer);
    }
    this.#options.log.close();
  }

  #spawn(): void {
    const [command, ...args] = this.#options.argv;
    if (command === undefined) throw new Error("A service needs a command.");
    this.#lastLines = [];
    const begun = Date.now();
    const child = spawn(command, args, {
      cwd: this.#options.cwd,
      env: this.#options.env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    this.#child = child;
    if (child.pid !== undefined) this.sessions.push(child.pid);
    for (const stream of [child.stdout, child.stderr]) createInterface(stream).on("line", (line) => this.#line(line));
    this.#ended = new Promise((resolve) => {
      child.on("error", (error) => {
        this.#how = `cannot be run: ${error.message}`;
        this.#child = undefined;
        resolve();
      });
      child.on("close", (code, signal) => {
        this.#how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
        // Its helpers may outlive it, as those of `next dev` do.
        if (child.pid !== undefined) signalGroup(child.pid, "SIGKILL");
        this.#child = undefined;
        resolve();
        if (!this.#healthy || this.#stopping.signal.aborted) return;
        const { onDone } = this.#options;
        if (code === 0 && onDone) onDone();
        else void this.#restart(Date.now() - begun);
      });
    });
  }

  async #restart(ran: number): Promise<void> {
    if (ran > RECOVERED) this.#wait = FIRST_WAIT;
    const wait = this.#wait;
    this.#wait = Math.min(LONGEST_WAIT, wait * 2);
    this.#options.onDeath({ how: this.#how, lastLines: this.#lastLines, restartIn: wait });
    try {
      await sleep(wait, undefined, { signal: this.#stopping.signal });
    } catch {
      // Told to stop while waiting.
      return;
    }
    this.#spawn();
  }

  #line(line: string): void {
    this.#options.log.write(line);
    this.#options.onLine(line);
    this.#lastLines.push(line);
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
  }

  async #isHealthy(): Promise<boolean> {
    try {
      const answer = await fetch(this.#options.healthUrl, { signal: AbortSignal.timeout(10_000) });
      await answer.body?.cancel();
      return answer.ok;
    } catch {
      // Not listening yet.
      return false;
    }
  }

  #story(what: string): string {
    const lines =
      this.#lastLines.length > 0 ? this.#lastLines.map((line) => `    ${line}`).join("\n") : "    (it printed nothing)";
    return `${what}. Its last lines:\n${lines}`;
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ESRCH")) throw error;
  }
}
