import { ACK_EVERY } from "../../lab-server/protocol.ts";

/** Where a terminal's output is drawn. */
export type TerminalSink = {
  /** Draws bytes, and calls `done` when they are drawn. */
  write(bytes: Uint8Array, done: () => void): void;
  /** Forgets everything drawn. */
  clear(): void;
};

/** Output of one terminal on its way to the screen: counts what has come, and acknowledges what is drawn. */
export class OutputStream {
  readonly #sink: TerminalSink;
  readonly #acknowledge: (offset: number) => void;
  #received = 0;
  #acknowledged = 0;
  /** Grows with each clearing: bytes of before are not counted when they are drawn at last. */
  #generation = 0;

  constructor(sink: TerminalSink, acknowledge: (offset: number) => void) {
    this.#sink = sink;
    this.#acknowledge = acknowledge;
  }

  /** Offset after the last byte that has come. */
  get received(): number {
    return this.#received;
  }

  /** Bytes that follow start at `from`. What is drawn stays only if they continue it. */
  begin(from: number, gap: boolean): void {
    if (gap || from !== this.#received) {
      this.#generation += 1;
      this.#sink.clear();
      this.#received = from;
    }
    this.#acknowledged = from;
  }

  data(bytes: Uint8Array): void {
    this.#received += bytes.length;
    const end = this.#received;
    const generation = this.#generation;
    this.#sink.write(bytes, () => {
      if (generation !== this.#generation || end - this.#acknowledged < ACK_EVERY) return;
      this.#acknowledged = end;
      this.#acknowledge(end);
    });
  }
}
