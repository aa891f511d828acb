import { closeSync, openSync, writeSync } from "node:fs";
import { bold, green, red, yellow } from "../../cli/start/step.ts";
import type { GuestEvent, Row } from "./events.ts";

const MARKS = { passed: green("ok"), failed: red("!!"), skipped: yellow("--") } as const;

/** Shows on the screen what the guest tells, and keeps all of it in a log. */
export class Report {
  readonly counts = { passed: 0, failed: 0, skipped: 0 };
  /** Seconds from the kernel's beginning until the guest asked for its job; undefined while it has not. */
  booted: number | undefined;
  readonly #log: number;
  readonly #showOutput: boolean;
  #begun = performance.now();

  /** `showOutput`: what programs print goes to the screen too, not only to the log. */
  constructor(logFile: string, { showOutput }: { showOutput: boolean }) {
    this.#log = openSync(logFile, "w", 0o600);
    this.#showOutput = showOutput;
  }

  take(event: GuestEvent): void {
    if (event.type === "up") {
      this.booted = event.booted;
      this.#say(
        `  ${MARKS.passed} guest is up: Linux ${event.kernel}, ${event.booted.toFixed(1)} s after its kernel began, ${this.#elapsed()} after power on`,
      );
    } else if (event.type === "begin") {
      this.#begun = performance.now();
      this.#say(bold(`\n${event.suite}`));
    } else if (event.type === "output") {
      writeSync(this.#log, event.text);
      if (this.#showOutput) process.stdout.write(event.text);
    } else if (event.type === "row") this.#row(event);
    else this.#say(`\n${this.counts.passed} passed, ${this.counts.failed} failed, ${this.counts.skipped} skipped`);
  }

  close(): void {
    closeSync(this.#log);
  }

  #row({ name, state, seconds, detail }: Row): void {
    this.counts[state] += 1;
    this.#say(
      `  ${MARKS[state]} ${name}, ${seconds.toFixed(1)} s${detail === undefined ? "" : `\n${detail.replace(/^/gm, "       ")}`}`,
    );
  }

  #say(line: string): void {
    console.log(line);
    writeSync(this.#log, `${line}\n`);
  }

  #elapsed(): string {
    return `${((performance.now() - this.#begun) / 1000).toFixed(1)} s`;
  }
}
