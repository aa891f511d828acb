/** A page that connects again and again, whatever happens to the other side, and holds the server to what it has acknowledged. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import type { LabClient } from "./client.ts";
import type { Lab } from "./harness.ts";

/** Milliseconds between tries to connect, and until the page gives up. */
const BEAT = 30;
const PATIENCE = patient(60_000);

export type SurvivorOptions = {
  lab: Lab;
  who: { learner: string; lesson: string };
  /** Address of the WebSocket's server; the lab-server's own where left out. */
  url?: string;
  /** How terminals are opened. */
  size?: { cols: number; rows: number };
};

export class Survivor {
  readonly #options: SurvivorOptions;
  #page: LabClient;
  readonly #open = new Set<number>();
  readonly #done = new Set<string>();
  /** Times that it had to connect again. */
  reconnects = 0;

  private constructor(options: SurvivorOptions, page: LabClient) {
    this.#options = options;
    this.#page = page;
    this.#note(page);
  }

  static async come(options: SurvivorOptions): Promise<Survivor> {
    return new Survivor(options, await options.lab.page(options.who, undefined, options.url));
  }

  get page(): LabClient {
    return this.#page;
  }

  get sandbox(): string {
    const welcome = this.#page.messages.findLast((message) => message.type === "welcome");
    assert(welcome);
    return welcome.sandbox.id;
  }

  /** Ids of the tasks that it was told are done. */
  get done(): ReadonlySet<string> {
    this.#note(this.#page);
    return this.#done;
  }

  async open(number: number): Promise<void> {
    this.#open.add(number);
    await this.#insist(async (page) => {
      await page.open(number, this.#options.size);
    });
  }

  type(number: number, text: string): void {
    // What cannot be sent now waits until the page is connected again.
    this.#page.type(number, text);
  }

  /** Waits until the terminal shows the text, however often the connection breaks meanwhile. */
  async see(number: number, text: string | RegExp): Promise<void> {
    await this.#insist((page) => page.see(number, text));
  }

  async until(what: string, holds: (page: LabClient) => boolean): Promise<void> {
    await this.#insist((page) => page.until(what, () => holds(page)));
  }

  async #insist(work: (page: LabClient) => Promise<void>): Promise<void> {
    for (const end = performance.now() + PATIENCE; ; ) {
      try {
        if (this.#page.isClosed) await this.#comeAgain();
        await work(this.#page);
        this.#note(this.#page);
        return;
      } catch (error) {
        if (error instanceof assert.AssertionError || !this.#page.isClosed || performance.now() > end) throw error;
        await sleep(BEAT);
      }
    }
  }

  async #comeAgain(): Promise<void> {
    const { lab, who, url, size } = this.#options;
    this.#note(this.#page);
    const before = this.#page;
    const sandbox = this.sandbox;
    const page = await lab.page(who, before, url);
    // From here on it is the page, and where it breaks the next goes on from what it got.
    this.#page = page;
    this.reconnects += 1;
    assert.equal(this.sandbox, sandbox, "it is the same sandbox");
    const welcome = page.messages.find((message) => message.type === "welcome");
    for (const { id, done } of welcome?.tasks ?? []) assert(done || !this.#done.has(id), `the tick of ${id} has survived`);
    for (const number of this.#open) {
      assert(welcome?.terminals.includes(number), `the shell of terminal ${number} has survived`);
      const { gap } = await page.open(number, size);
      assert.equal(gap, false, "what the page has seen goes on where it was");
    }
  }

  /** Remembers what it was told for good. */
  #note(page: LabClient): void {
    for (const message of page.messages) {
      assert(message.type !== "exited" && message.type !== "ended", `nothing ends: ${JSON.stringify(message)}`);
      if (message.type === "task" && message.task.done) this.#done.add(message.task.id);
      if (message.type === "welcome") for (const { id, done } of message.tasks) if (done) this.#done.add(id);
    }
  }
}
