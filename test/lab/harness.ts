/**
 * Starts the real lab-server with a state folder of its own and lessons of its own, and takes everything away again. Needs root.
 *
 *   await using lab = await Lab.start({ lessons: { plain: PLAIN_LESSON } });
 *   const page = await lab.page({ learner: "learner-1", lesson: "plain" });
 */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { createHash, randomBytes, randomUUID } from "node:crypto";
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { signTicket } from "../../classroom/ticket.ts";
import { patient } from "../../cli/lab/patience.ts";
import { NODE_FLAGS } from "../../lab-server/node-flags.ts";
import { LabClient } from "./client.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Milliseconds. Generous: what takes this long does not work. */
const PATIENCE = patient(60_000);

/** A lesson with one task, whose check looks for a file. */
export const PLAIN_LESSON = `---
title: A plain lesson
summary: For tests.
minutes: 5
order: 1
goals: [test]
---

<Task id="make-a-file" title="Make a file">
Make it.

\`\`\`bash check
[ -e /root/done ] || fail "There is no file /root/done yet."
\`\`\`

\`\`\`bash solution
touch /root/done
\`\`\`

<Hint>Use touch.</Hint>
</Task>
`;

export type LabOptions = {
  /** lesson.mdx by slug. */
  lessons?: Readonly<Record<string, string>>;
  /** Further files of the lessons, by path under the lessons folder. */
  files?: Readonly<Record<string, string>>;
  env?: Readonly<Record<string, string>>;
  /** A network namespace that the lab-server runs in, and its address there. */
  network?: { namespace: string; address: string };
};

/** One line of the log. */
const LogLine = z.looseObject({ msg: z.string().optional(), level: z.number(), port: z.number().optional() });
export type LogLine = z.infer<typeof LogLine>;

export class Lab implements AsyncDisposable {
  readonly origin = "http://localhost:3000";
  readonly secret = randomBytes(24).toString("hex");
  readonly stateFolder: string;
  readonly instance: string;
  readonly log: LogLine[] = [];
  /** What was printed that is no log line. */
  output = "";
  port = 0;
  readonly env: NodeJS.ProcessEnv;
  readonly #network: LabOptions["network"];
  #process: ChildProcess | undefined;
  #clients: LabClient[] = [];

  private constructor(options: LabOptions) {
    this.#network = options.network;
    this.stateFolder = mkdtempSync(join(tmpdir(), "unboxed-test-"));
    this.instance = createHash("sha256").update(realpathSync(this.stateFolder)).digest("hex").slice(0, 8);
    for (const [slug, text] of Object.entries(options.lessons ?? { plain: PLAIN_LESSON }))
      this.writeLesson(`${slug}/lesson.mdx`, text);
    for (const [path, text] of Object.entries(options.files ?? {})) this.writeLesson(path, text);
    this.env = {
      NODE_ENV: "test",
      PATH: process.env.PATH ?? "",
      UNBOXED_STATE: this.stateFolder,
      UNBOXED_IMAGES: imagesFolder(),
      UNBOXED_LESSONS: join(this.stateFolder, "lessons"),
      UNBOXED_SECRET: this.secret,
      UNBOXED_ORIGIN: this.origin,
      UNBOXED_LAB_PORT: "0",
      ...(this.#network ? { UNBOXED_LAB_HOST: this.#network.address } : {}),
      UNBOXED_POOL: "0",
      UNBOXED_LOG_LEVEL: "debug",
      ...options.env,
    };
  }

  static async start(options: LabOptions = {}): Promise<Lab> {
    if (!existsSync(join(imagesFolder(), "debian"))) {
      const { buildImage } = await import("../../images/build.ts");
      await buildImage("debian", imagesFolder(), () => {});
    }
    const lab = new Lab(options);
    try {
      await lab.start();
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      throw error;
    }
    return lab;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get pid(): number {
    assert(this.#process?.pid, "the lab-server runs");
    return this.#process.pid;
  }

  writeLesson(path: string, text: string): void {
    const file = join(this.stateFolder, "lessons", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Starts the process (again) and waits until it listens. */
  async start(env: Readonly<Record<string, string>> = {}): Promise<void> {
    // Where the test's process dies, the lab-server is told to end and cleans up.
    const enter = this.#network ? ["nsenter", `--net=/run/netns/${this.#network.namespace}`, "--"] : [];
    const argv = ["--pdeathsig", "TERM", "--", ...enter, process.execPath, ...NODE_FLAGS, join(ROOT, "lab-server/main.ts")];
    const child = spawn("setpriv", argv, {
      env: { ...this.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.output += text;
    });
    const listening = Promise.withResolvers<number>();
    createInterface({ input: child.stdout }).on("line", (text) => {
      const line = logLine(text);
      if (!line) this.output += `${text}\n`;
      else this.log.push(line);
      if (line?.port !== undefined) listening.resolve(line.port);
    });
    child.once("exit", (code, signal) =>
      listening.reject(new Error(`the lab-server ended with ${signal ?? code}:\n${this.output}${this.#logText()}`)),
    );
    this.port = await patiently("the lab-server listens", listening.promise);
  }

  /** Ends the process and waits for it. Returns its exit code. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    const child = this.#process;
    if (!child) return null;
    this.#process = undefined;
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = new Promise<number | null>((done) => child.once("exit", done));
    child.kill(signal);
    return patiently("the lab-server stops", exited).catch((error: unknown) => {
      child.kill("SIGKILL");
      throw error;
    });
  }

  ticket(learner: string, lesson: string, lifetime?: number): Promise<string> {
    return signTicket({ learner, lesson }, new TextEncoder().encode(this.secret), lifetime);
  }

  /** A page whose socket is open and which has said nothing yet. An empty origin is not sent. */
  async socket(origin = this.origin, url = `ws://${this.#network?.address ?? "127.0.0.1"}:${this.port}`): Promise<LabClient> {
    const client = new LabClient(url, origin);
    this.#clients.push(client);
    await client.opened;
    return client;
  }

  /** A page that said hello and was welcomed. With `again` it is that page, connecting anew; `url` where it is not the lab-server itself that it reaches. */
  async page(who: { learner: string; lesson: string }, again?: LabClient, url?: string): Promise<LabClient> {
    const page = await this.socket(this.origin, url);
    page.hello(await this.ticket(who.learner, who.lesson), again?.client ?? randomUUID());
    if (again) page.resumeFrom(again);
    await page.hear("welcome");
    return page;
  }

  async waitForLog(text: string | RegExp): Promise<LogLine> {
    for (const end = Date.now() + PATIENCE; Date.now() < end; await sleep(20)) {
      const line = this.log.find(({ msg }) => (typeof text === "string" ? msg === text : text.test(msg ?? "")));
      if (line) return line;
    }
    throw new Error(`the lab-server did not log ${text}:\n${this.#logText()}`);
  }

  /** Everything on this machine that belongs to this lab's sandboxes. */
  leftovers(): string[] {
    const marks = [`/unboxed/${this.instance}`, this.stateFolder];
    const isOurs = (text: string) => marks.some((mark) => text.includes(mark));
    const mounts = readFileSync("/proc/self/mountinfo", "utf8").split("\n").filter(isOurs);
    const loops = globSync("/sys/block/loop*/loop/backing_file").filter((file) => isOurs(read(file)));
    const groups = globSync([`/sys/fs/cgroup/unboxed/${this.instance}/*/`, `/sys/fs/cgroup/*/unboxed/${this.instance}/*/`]);
    // One without a command line has ended, and waits for its parent to take note.
    const processes = globSync("/proc/[0-9]*").filter(
      (folder) => read(`${folder}/cgroup`).includes(`/unboxed/${this.instance}/`) && read(`${folder}/cmdline`) !== "",
    );
    const runFolder = `/run/unboxed/${this.instance}`;
    const folders = existsSync(runFolder) ? readdirSync(runFolder).filter((name) => /^[0-9a-f]{16}$/.test(name)) : [];
    return [...mounts, ...loops, ...groups, ...processes, ...folders];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#clients) client.cut();
    try {
      await this.stop();
      if (this.leftovers().length > 0) {
        // It was killed, or stopped so that sandboxes stay: the next one takes them away.
        await this.start({ UNBOXED_KEEP_SANDBOXES: "0" });
        await this.stop();
      }
      assert.deepEqual(this.leftovers(), [], `nothing is left:\n${this.#logText()}`);
    } finally {
      rmSync(this.stateFolder, { recursive: true, force: true });
      rmSync(`/run/unboxed/${this.instance}`, { recursive: true, force: true });
    }
  }

  #logText(): string {
    return this.log.map((line) => JSON.stringify(line)).join("\n");
  }
}

/** Waits for the promise, but not for ever. */
export async function patiently<T>(what: string, promise: Promise<T>): Promise<T> {
  const gaveUp = Promise.withResolvers<never>();
  const timer = setTimeout(() => gaveUp.reject(new Error(`waited ${PATIENCE / 1000} s in vain: ${what}`)), PATIENCE);
  try {
    return await Promise.race([promise, gaveUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}

function imagesFolder(): string {
  return process.env.UNBOXED_IMAGES ?? join(ROOT, ".unboxed/images");
}

function logLine(text: string): LogLine | undefined {
  try {
    return LogLine.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Empty where the file, such as one of a process that has ended, is no more. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
