/** Shells to measure: something that bytes go into and come out of. */
import { spawn } from "@lydell/node-pty";
import { WebSocket } from "ws";
import { ACK_EVERY, PROTOCOL_VERSION, ServerMessage, SOCKET_PATH, terminalFrame } from "../../../lab-server/protocol.ts";
import type { Lab } from "../../lab/harness.ts";

export type Subject = { write(text: string): void; onOutput(listener: (bytes: Uint8Array) => void): void; close(): void };

/** What the prompt of root's bash ends with. */
const PROMPT = "# ";

/** Resolves at the first prompt. */
export function firstPrompt(subject: Pick<Subject, "onOutput">): Promise<void> {
  return new Promise((resolve) => {
    let said = "";
    subject.onOutput((bytes) => {
      said += Buffer.from(bytes).toString();
      if (said.includes(PROMPT)) resolve();
    });
  });
}

/** A program on a terminal of node-pty: the yardstick. */
export function nodePty(file: string, args: string[]): Subject & { ended: Promise<void> } {
  const pty = spawn(file, args, { cols: 100, rows: 30, encoding: null });
  return {
    write: (text) => pty.write(text),
    // With encoding null node-pty hands over Buffers, which its types do not say.
    onOutput: (listener) =>
      pty.onData((data: string | Uint8Array) => listener(typeof data === "string" ? Buffer.from(data) : data)),
    close: () => pty.kill(),
    ended: new Promise((resolve) => pty.onExit(() => resolve())),
  };
}

export type Page = Subject & {
  sandbox: string;
  /** Stops acknowledging, as a page does whose tab sleeps. */
  sleep(): void;
  /** Looks at the X-ray, or no longer; what comes is taken in as a page takes it. */
  look(looks: boolean): void;
};

/** A terminal of a learner's sandbox, over the lab-server's WebSocket, as the page drives it. Number 0 opens none. */
export async function page(lab: Lab, learner: string, terminal: number, lesson = "plain"): Promise<Page> {
  const ticket = await lab.ticket(learner, lesson);
  const socket = new WebSocket(`ws://127.0.0.1:${lab.port}${SOCKET_PATH}`, { origin: lab.origin, perMessageDeflate: false });
  let listener: (bytes: Uint8Array) => void = () => {};
  let asleep = false;
  let received = 0;
  let acknowledged = 0;
  const say = (message: object) => socket.send(JSON.stringify(message));
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  socket.once("open", () => say({ type: "hello", protocol: PROTOCOL_VERSION, ticket, client: crypto.randomUUID() }));
  socket.once("error", reject);
  socket.on("message", (data: Buffer, isBinary) => {
    if (isBinary) {
      received += data.length - 1;
      if (!asleep && received - acknowledged >= ACK_EVERY) {
        acknowledged = received;
        say({ type: "ack", terminal, offset: acknowledged });
      }
      listener(data.subarray(1));
      return;
    }
    const message = ServerMessage.parse(JSON.parse(data.toString()));
    if (message.type === "welcome") {
      if (terminal > 0) say({ type: "open", terminal, cols: 100, rows: 30 });
      resolve(message.sandbox.id);
    } else if (message.type === "opened") {
      received = message.from;
      acknowledged = message.from;
    } else if (message.type === "error") reject(new Error(message.message));
  });
  return {
    sandbox: await promise,
    write: (text) => socket.send(terminalFrame(terminal, Buffer.from(text))),
    onOutput(next) {
      listener = next;
    },
    sleep() {
      asleep = true;
    },
    look: (looks) => say({ type: "xray", look: looks }),
    close: () => socket.terminate(),
  };
}
