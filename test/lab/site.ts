/** The site as learners get it, in front of a lab; it can be killed and started again. Needs root. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import { readSettings } from "../../cli/start/settings.ts";
import { prepareDatabase, SITE_ID, siteCommand } from "../../cli/start/site.ts";
import { buildSite } from "../../cli/start/site-build.ts";
import type { Lab } from "./harness.ts";

/** Milliseconds. */
const UP_WITHIN = patient(60_000);
const ANSWERED =
  /^\s*(⨯ )?(\[cause\]: )?(Error: (aborted$|Failed to find Server Action|The Server Reference ID did not match)|TypeError: (Failed to parse body as FormData|no boundary found in multipart body))/;

export class Site implements AsyncDisposable {
  readonly port: number;
  readonly #command: { argv: string[]; env: NodeJS.ProcessEnv };
  #child: ChildProcess | undefined;
  /** What it printed, over all its starts. */
  output = "";

  private constructor(port: number, command: { argv: string[]; env: NodeJS.ProcessEnv }) {
    this.port = port;
    this.#command = command;
  }

  /** Builds it where that is needed, and starts it. The lab must keep its port over restarts, and know the site by its origin. */
  static async start(lab: Lab, port: number): Promise<Site> {
    const settings = readSettings({ ...lab.env, PORT: String(port), UNBOXED_LAB_PORT: String(lab.port) });
    const silent = { say: () => {}, result: () => {} };
    const build = await buildSite(lab.stateFolder, silent, new AbortController().signal);
    prepareDatabase(settings, { uid: SITE_ID, gid: SITE_ID });
    const site = new Site(port, siteCommand(settings, build, lab.secret));
    await site.start();
    return site;
  }

  /** Where pages connect to. */
  get url(): string {
    return `ws://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error("The site does not run.");
    return this.#child.pid;
  }

  /**
   * Lines that it printed of something that went wrong. Not of what it answered with a 4xx: an action of no build of it, a form
   * that is none, and a client that left in the middle of its request.
   */
  get errors(): string[] {
    return this.output.split("\n").filter((line) => /error|unhandled|exception/i.test(line) && !ANSWERED.test(line));
  }

  /** Starts the process (again), and waits until it answers. */
  async start(): Promise<void> {
    const [command = "", ...argv] = this.#command.argv;
    const child = spawn(command, argv, { env: this.#command.env, stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    for (const end = performance.now() + UP_WITHIN; !(await this.#answers()); await sleep(50))
      if (child.exitCode !== null || performance.now() > end) throw new Error(`The site does not start:\n${this.output}`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, "exit");
    child.kill("SIGKILL");
    await exited;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.port}/api/health`)).ok;
    } catch {
      return false;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
  }
}
