/** Types into a real interactive terminal as a learner does: a line, Enter, and the next line when the prompt is there again. */
import { stripVTControlCharacters } from "node:util";
import type { Pty, SandboxDriver } from "../../lab-server/sandbox/driver.ts";
import { shell } from "../../lab-server/sandbox/shell.ts";
import { ShellMarkScanner } from "../../lab-server/terminal/shell-marks.ts";

const COLS = 120;
const ROWS = 40;
/** Milliseconds for a prompt to come back. */
const TIMEOUT = 20_000;
/** A shell without marks, such as busybox's, is waited for by its looks: silence for so many milliseconds after what looks like a prompt. */
const SILENCE = 600;
const PROMPT = /(^|\n)[^\n]*[#$>%] ?$/;
/** Characters of output that are kept. */
const KEPT = 64 * 1024;
/** Lines that are shown where something fails. */
const SHOWN = 15;

export class Typist implements Disposable {
  readonly #pty: Pty;
  readonly #stop: AbortSignal;
  #output = "";
  #decoder = new TextDecoder();
  #prompted: (() => void) | undefined;
  #ended = false;
  #silence: NodeJS.Timeout | undefined;

  private constructor(pty: Pty, stop: AbortSignal) {
    this.#pty = pty;
    this.#stop = stop;
    const marks = new ShellMarkScanner((mark) => {
      if (mark.kind === "prompt-end") this.#prompted?.();
    });
    pty.onData((bytes) => {
      this.#output = (this.#output + this.#decoder.decode(bytes, { stream: true })).slice(-KEPT);
      clearTimeout(this.#silence);
      this.#silence = setTimeout(() => {
        if (PROMPT.test(plain(this.#output.slice(-512)))) this.#prompted?.();
      }, SILENCE);
      marks.push(bytes);
    });
    pty.onExit(() => {
      this.#ended = true;
      this.#prompted?.();
    });
  }

  /** A terminal with a shell that shows its prompt. Throws Error if it does not come. */
  static async open(driver: SandboxDriver, sandboxId: string, stop: AbortSignal): Promise<Typist> {
    const pty = await driver.openPty(sandboxId, shell(driver.host, COLS, ROWS));
    const typist = new Typist(pty, stop);
    try {
      await typist.#prompt("the shell's first prompt");
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
      const prompt = this.#prompt(`the prompt after \`${line}\``);
      const [, outcome] = await Promise.allSettled([this.#pty.write(Buffer.from(`${line}\r`)), prompt]);
      if (outcome.status === "rejected") throw outcome.reason;
    }
  }

  /** The last lines on the screen. */
  get lastLines(): string {
    return plain(this.#output).trimEnd().split("\n").slice(-SHOWN).join("\n");
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#silence);
    this.#pty.close();
  }

  async #prompt(what: string): Promise<void> {
    this.#stop.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`Waited ${TIMEOUT / 1000} s in vain for ${what}.`)), TIMEOUT);
    const stopped = () => reject(this.#stop.reason);
    this.#stop.addEventListener("abort", stopped);
    this.#prompted = resolve;
    try {
      await promise;
    } finally {
      this.#prompted = undefined;
      this.#stop.removeEventListener("abort", stopped);
      clearTimeout(timer);
    }
  }
}

/** Output without control sequences, and with what a carriage return would have overwritten. */
function plain(output: string): string {
  return stripVTControlCharacters(output)
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "");
}
