/** Types into a real interactive terminal as a learner does: a line, Enter, and the next line when the prompt is there again. */
import type { Pty, SandboxDriver } from "../../lab-server/sandbox/driver.ts";
import { shell } from "../../lab-server/sandbox/shell.ts";
import { PromptWatch } from "./prompt-watch.ts";

const COLS = 120;
const ROWS = 40;

export class Typist implements Disposable {
  readonly #pty: Pty;
  readonly #stop: AbortSignal;
  readonly #prompts = new PromptWatch();
  #ended = false;

  private constructor(pty: Pty, stop: AbortSignal) {
    this.#pty = pty;
    this.#stop = stop;
    pty.onData((bytes) => this.#prompts.push(bytes));
    pty.onExit(() => {
      this.#ended = true;
      this.#prompts.end();
    });
  }

  /** A terminal with a shell that shows its prompt. Throws Error if it does not come. */
  static async open(driver: SandboxDriver, sandboxId: string, stop: AbortSignal): Promise<Typist> {
    const pty = await driver.openPty(sandboxId, shell(driver.host, COLS, ROWS));
    const typist = new Typist(pty, stop);
    try {
      await typist.#prompts.next("the shell's first prompt", stop);
    } catch (error) {
      typist[Symbol.dispose]();
      throw error;
    }
    return typist;
  }

  /** Types the lines of a script. Throws Error where the terminal ends or a prompt does not come back in time. */
  async type(script: string): Promise<void> {
    for (const line of script.split("\n")) {
      if (this.#ended) throw new Error("The terminal's shell has ended, and there is more to type.");
      const prompt = this.#prompts.next(`the prompt after \`${line}\``, this.#stop);
      const [, outcome] = await Promise.allSettled([this.#pty.write(Buffer.from(`${line}\r`)), prompt]);
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  /** The last lines on the screen. */
  get lastLines(): string {
    return this.#prompts.lastLines;
  }

  [Symbol.dispose](): void {
    this.#prompts[Symbol.dispose]();
    this.#pty.close();
  }
}
