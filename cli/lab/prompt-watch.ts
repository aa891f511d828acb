/** Sees in a terminal's output when its shell waits for the next line. */
import { stripVTControlCharacters } from "node:util";
import { ShellMarkScanner } from "../../lab-server/terminal/shell-marks.ts";
import { patient } from "./patience.ts";

/** Milliseconds for a prompt to come back. */
const TIMEOUT = 20_000;
/** A shell without marks, such as busybox's, is waited for by its looks: silence for so many milliseconds after what looks like a prompt. */
const SILENCE = 600;
const PROMPT = /(^|\n)[^\n]*[#$>%] ?$/;
/** Characters of output that are kept. */
const KEPT = 64 * 1024;
/** Lines that are shown where something fails. */
const SHOWN = 15;

export class PromptWatch implements Disposable {
  #output = "";
  #decoder = new TextDecoder();
  #prompted: (() => void) | undefined;
  #silence: NodeJS.Timeout | undefined;
  readonly #marks = new ShellMarkScanner((mark) => {
    if (mark.kind === "prompt-end") this.#prompted?.();
  });

  /** Output of the terminal. */
  push(bytes: Uint8Array): void {
    this.#output = (this.#output + this.#decoder.decode(bytes, { stream: true })).slice(-KEPT);
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => {
      if (PROMPT.test(plain(this.#output.slice(-512)))) this.#prompted?.();
    }, SILENCE);
    this.#marks.push(bytes);
  }

  /** The terminal has ended: nobody waits any longer. */
  end(): void {
    this.#prompted?.();
  }

  /** Resolves when the next prompt is there. Throws Error where none comes in time (milliseconds), and the signal's reason where that is aborted. */
  async next(what: string, stop?: AbortSignal, timeout = patient(TIMEOUT)): Promise<void> {
    stop?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error(`Waited ${timeout / 1000} s in vain for ${what}.`)), timeout);
    const stopped = () => reject(stop?.reason);
    stop?.addEventListener("abort", stopped);
    this.#prompted = resolve;
    try {
      await promise;
    } finally {
      this.#prompted = undefined;
      stop?.removeEventListener("abort", stopped);
      clearTimeout(timer);
    }
  }

  /** The last lines on the screen. */
  get lastLines(): string {
    return plain(this.#output).trimEnd().split("\n").slice(-SHOWN).join("\n");
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#silence);
  }
}

/** Output without control sequences, and with what a carriage return would have overwritten. */
function plain(output: string): string {
  return stripVTControlCharacters(output)
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\n\t]/gu, "");
}
