/** A learner's page in a benchmark: it acknowledges what it was sent, times echoes and ticks, and keeps nothing else. */
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { patient } from "../../../cli/lab/patience.ts";
import { PromptWatch } from "../../../cli/lab/prompt-watch.ts";
import {
  ACK_EVERY,
  type ClientMessage,
  PROTOCOL_VERSION,
  ServerMessage,
  SOCKET_PATH,
  terminalFrame,
} from "../../../lab-server/protocol.ts";

const TERMINAL = 1;
/** Milliseconds after which a key's echo is not waited for any longer: some programs show none. */
const NO_ECHO = 2_000;
/** Milliseconds for the sandbox and its first prompt. */
const READY_WITHIN = patient(120_000);

export type PageOptions = {
  /** Of the site, or of the lab-server itself: `ws://127.0.0.1:PORT`. */
  url: string;
  origin: string;
  ticket: string;
};

export class LearnerPage implements Disposable {
  readonly prompts = new PromptWatch();
  /** Milliseconds from each key to the next output. */
  readonly echoes: number[] = [];
  /** When each task was ticked, by the clock of performance.now. */
  readonly ticks = new Map<string, number>();
  /** cgroup version that the sandbox sees. */
  cgroup: 1 | 2 = 2;
  sandbox = "";
  onTick: (task: string, at: number) => void = () => {};
  readonly #socket: WebSocket;
  readonly #welcomed = Promise.withResolvers<void>();
  /** What ends all waiting: an error that the page was told, or the socket's end. */
  readonly #broken = new AbortController();
  #received = 0;
  #acknowledged = 0;
  #heard: (() => void) | undefined;
  #ticked: (() => void) | undefined;

  private constructor({ url, origin }: PageOptions) {
    this.#socket = new WebSocket(`${url}${SOCKET_PATH}`, { origin, perMessageDeflate: false });
    this.#socket.on("error", (error) => this.#break(error));
    this.#socket.on("close", (code) => this.#break(new Error(`The page's socket closed with ${code}.`)));
    this.#socket.on("message", (data: Buffer, isBinary) => (isBinary ? this.#output(data) : this.#message(data)));
    this.#welcomed.promise.catch(() => undefined);
  }

  /** A page with a sandbox and a terminal at its prompt. Throws Error where it gets none. */
  static async open(options: PageOptions): Promise<LearnerPage> {
    const page = new LearnerPage(options);
    try {
      await once(page.#socket, "open", { signal: page.#broken.signal });
      const prompt = page.prompts.next("the first prompt", page.#broken.signal, READY_WITHIN);
      const client = crypto.randomUUID();
      const open = { terminal: TERMINAL, cols: 100, rows: 30 };
      page.say({ type: "hello", protocol: PROTOCOL_VERSION, ticket: options.ticket, client, open });
      await Promise.all([page.#welcomed.promise, prompt]);
      return page;
    } catch (error) {
      page[Symbol.dispose]();
      throw page.#broken.signal.aborted ? page.#broken.signal.reason : error;
    }
  }

  say(message: ClientMessage): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** Sends text to the terminal. */
  write(text: string): void {
    this.#socket.send(terminalFrame(TERMINAL, Buffer.from(text)));
  }

  /** Presses one key and waits for what it shows. */
  async press(key: string): Promise<void> {
    this.#broken.signal.throwIfAborted();
    const begun = performance.now();
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#heard = resolve;
    const silent = setTimeout(resolve, NO_ECHO);
    this.write(key);
    await promise;
    clearTimeout(silent);
    this.#heard = undefined;
    this.echoes.push(performance.now() - begun);
  }

  /** Sends Enter, after text that was typed or pasted before, and waits for the prompt. Returns when Enter was pressed. */
  async enter(pasted = ""): Promise<number> {
    const prompt = this.prompts.next(`the prompt after \`${pasted}\``, this.#broken.signal);
    const begun = performance.now();
    this.write(`${pasted}\r`);
    await prompt;
    return begun;
  }

  /** Waits for a task's tick. Returns when it came, undefined where it did not within so many milliseconds. */
  async tick(task: string, within: number): Promise<number | undefined> {
    for (const end = performance.now() + within; !this.ticks.has(task); ) {
      const left = end - performance.now();
      if (left <= 0) return undefined;
      this.#broken.signal.throwIfAborted();
      const news = new Promise<void>((resolve) => {
        this.#ticked = resolve;
      });
      const given = new AbortController();
      await Promise.race([news, sleep(left, undefined, { signal: given.signal }).catch(() => undefined)]);
      given.abort();
    }
    return this.ticks.get(task);
  }

  [Symbol.dispose](): void {
    this.prompts[Symbol.dispose]();
    this.#socket.removeAllListeners("close");
    this.#socket.terminate();
  }

  #output(frame: Buffer): void {
    this.#received += frame.length - 1;
    if (this.#received - this.#acknowledged >= ACK_EVERY) {
      this.#acknowledged = this.#received;
      this.say({ type: "ack", terminal: TERMINAL, offset: this.#received });
    }
    this.#heard?.();
    this.prompts.push(frame.subarray(1));
  }

  #message(data: Buffer): void {
    const json: unknown = JSON.parse(data.toString());
    // The X-ray is the most of what comes, and nothing here looks at it: a browser would parse it on the learner's own machine.
    if (isXray(json)) return;
    const message = ServerMessage.parse(json);
    if (message.type === "welcome") {
      this.sandbox = message.sandbox.id;
      this.cgroup = message.sandbox.cgroup;
      this.#welcomed.resolve();
    } else if (message.type === "opened") {
      this.#received = message.from;
      this.#acknowledged = message.from;
    } else if (message.type === "task" && message.task.done) {
      const now = performance.now();
      this.ticks.set(message.task.id, now);
      this.onTick(message.task.id, now);
      this.#ticked?.();
    } else if (message.type === "error") this.#break(new Error(message.message));
    else if (message.type === "ended") this.#break(new Error(`The sandbox ended: ${message.reason}.`));
  }

  #break(error: Error): void {
    this.#broken.abort(error);
    this.#welcomed.reject(error);
    this.#heard?.();
    this.#ticked?.();
  }
}

function isXray(message: unknown): boolean {
  return (
    typeof message === "object" &&
    message !== null &&
    "type" in message &&
    typeof message.type === "string" &&
    message.type.startsWith("xray.")
  );
}
