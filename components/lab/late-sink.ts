import type { TerminalSink } from "./output-stream.ts";

/** Keeps output until there is something to draw it on. Nothing of it is acknowledged until then, so it is as much as may be on its way. */
export class LateSink implements TerminalSink {
  #target: TerminalSink | undefined;
  #kept: { bytes: Uint8Array; done: () => void }[] = [];

  get target(): TerminalSink | undefined {
    return this.#target;
  }

  drawOn(target: TerminalSink): void {
    this.#target = target;
    for (const { bytes, done } of this.#kept.splice(0)) target.write(bytes, done);
  }

  write(bytes: Uint8Array, done: () => void): void {
    if (this.#target) this.#target.write(bytes, done);
    else this.#kept.push({ bytes, done });
  }

  clear(): void {
    this.#kept = [];
    this.#target?.clear();
  }
}
