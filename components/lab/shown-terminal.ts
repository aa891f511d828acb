import { type ServerMessage, terminalFrame } from "../../lab-server/protocol.ts";
import type { KeptSocket } from "../link/kept-socket.ts";
import { InputQueue } from "./input-queue.ts";
import { LateSink } from "./late-sink.ts";
import { OutputStream, type TerminalSink } from "./output-stream.ts";

/** A terminal that the page draws: its bytes in both directions, so that over losses nothing is lost or doubled. */
export class ShownTerminal {
  readonly id: number;
  readonly #sink: TerminalSink;
  readonly #socket: KeptSocket<ServerMessage>;
  #output: OutputStream;
  #input: InputQueue;
  /** Whether the lab-server has attached it on this socket. */
  #isOpen = false;
  cols: number;
  rows: number;

  /**
   * Without a sink, what comes is kept until `drawOn`. `before`: the same terminal as it was drawn until now, whose input goes on.
   */
  constructor(
    socket: KeptSocket<ServerMessage>,
    id: number,
    size: { cols: number; rows: number },
    sink?: TerminalSink,
    before?: ShownTerminal,
  ) {
    this.#socket = socket;
    this.id = id;
    this.cols = size.cols;
    this.rows = size.rows;
    this.#sink = sink ?? new LateSink();
    this.#output = this.#newOutput();
    this.#input = before === undefined ? new InputQueue() : before.#input;
  }

  /** Where it is drawn; undefined while what comes is kept. */
  get sink(): TerminalSink | undefined {
    return this.#sink instanceof LateSink ? this.#sink.target : this.#sink;
  }

  /** Draws what was kept, and from now on what comes. For one that was made without a sink, once. */
  drawOn(sink: TerminalSink): void {
    if (this.#sink instanceof LateSink) this.#sink.drawOn(sink);
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Whether any output has come. */
  get isDrawn(): boolean {
    return this.#output.received > 0;
  }

  /** Asks the lab-server for it, from where the output has got to. */
  open(): void {
    this.#isOpen = false;
    const { received } = this.#output;
    const from = received > 0 ? { from: received } : {};
    this.#socket.send({ type: "open", terminal: this.id, cols: this.cols, rows: this.rows, ...from });
  }

  opened(from: number, gap: boolean, arrived: number): void {
    this.#output.begin(from, gap);
    this.#input.resume(arrived);
    this.#isOpen = true;
    this.#send();
  }

  closed(): void {
    this.#isOpen = false;
  }

  /** It begins again, in another sandbox. */
  renew(): void {
    this.#isOpen = false;
    this.#sink.clear();
    this.#output = this.#newOutput();
    this.#input = new InputQueue();
  }

  data(bytes: Uint8Array): void {
    this.#output.data(bytes);
  }

  /** Types bytes, which wait while there is no connection. False, and nothing is taken, if it would be too much to hold. */
  type(bytes: Uint8Array): boolean {
    if (!this.#input.push(bytes)) return false;
    this.#send();
    return true;
  }

  /** Forgets what was typed and has not arrived. */
  dropInput(): void {
    this.#input = new InputQueue();
  }

  /** The shell has the input up to `offset`. */
  confirm(offset: number): void {
    this.#input.confirm(offset);
    this.#send();
  }

  #send(): void {
    if (!this.#isOpen) return;
    for (let piece = this.#input.next(); piece !== undefined; piece = this.#input.next())
      this.#socket.send(terminalFrame(this.id, piece));
  }

  #newOutput(): OutputStream {
    return new OutputStream(this.#sink, (offset) => this.#socket.send({ type: "ack", terminal: this.id, offset }));
  }
}
