/** One connection of the lab-server to its holder. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import type { Launch } from "../sandbox/runc/pty-launch.ts";
import type { HeldPty } from "../terminal/held-pty.ts";
import {
  type Frame,
  FrameReader,
  type Held,
  HOLDER_PROTOCOL,
  HolderToServer,
  type Input,
  messageFrame,
  type ServerToHolder,
  sendInput,
} from "./protocol.ts";
import { type Beginning, RemoteHeldPty } from "./remote-held-pty.ts";

type Owned = { sandbox: string; terminal: number; pty: RemoteHeldPty };
type Opening = { sandbox: string; terminal: number; resolve: (pty: HeldPty) => void; reject: (error: Error) => void };

/** Bytes that are read at once, into memory that is used again: they are taken before the next come. */
const READ = 64 * 1024;

export class Connection {
  /** Settles when the holder is gone, or has been let go of; with the reason where what it said made no sense. */
  readonly lost: Promise<unknown>;
  readonly #socket: Socket;
  readonly #held = new Map<number, Owned>();
  readonly #openings = new Map<number, Opening>();
  readonly #hello = Promise.withResolvers<number>();
  readonly #ready = Promise.withResolvers<void>();
  /** Those whose end was told while the output before it is still to come. */
  readonly #ended: { pty: RemoteHeldPty; code: number | null }[] = [];
  #requests = 0;
  #isClosed = false;

  /** To the holder that listens at `path`; undefined where nobody does. */
  static async open(path: string): Promise<Connection | undefined> {
    const connection = new Connection(path);
    try {
      await once(connection.#socket, "connect");
      return connection;
    } catch {
      return undefined;
    }
  }

  private constructor(path: string) {
    const reader = new FrameReader((frame) => this.#take(frame));
    let reason: unknown;
    const buffer = Buffer.allocUnsafeSlow(READ);
    const read = (length: number) => {
      try {
        reader.push(buffer.subarray(0, length));
      } catch (error) {
        reason = error;
        socket.destroy();
      }
      return true;
    };
    const socket = connect({ path, onread: { buffer, callback: read } });
    this.#socket = socket;
    socket.on("error", (error) => {
      reason = error;
    });
    this.lost = new Promise((resolve) => socket.once("close", () => resolve(reason)));
    void this.lost.then(() => this.#end());
    // Where it is lost before, whoever waits hears of it; where nobody waits, nobody needs to.
    this.#hello.promise.catch(() => {});
    this.#ready.promise.catch(() => {});
  }

  get held(): readonly { sandbox: string; terminal: number; pty: HeldPty }[] {
    return [...this.#held.values()];
  }

  /** The version that the holder speaks. */
  hello(): Promise<number> {
    this.#say({ type: "hello", protocol: HOLDER_PROTOCOL });
    return this.#hello.promise;
  }

  /** Resolves when all that was held before is in `held`, with its memory. */
  ready(): Promise<void> {
    return this.#ready.promise;
  }

  /** Throws Error with what the program said. */
  launch(sandbox: string, terminal: number, launch: Launch): Promise<HeldPty> {
    return new Promise((resolve, reject) => {
      const request = ++this.#requests;
      this.#openings.set(request, { sandbox, terminal, resolve, reject });
      this.#say({ type: "open", request, sandbox, terminal, launch });
    });
  }

  /** What was said last still gets there. */
  close(): void {
    this.#isClosed = true;
    this.#socket.end();
  }

  #take(frame: Frame): void {
    if ("output" in frame) this.#held.get(frame.output.handle)?.pty.output(frame.output);
    else if ("message" in frame) {
      const message = HolderToServer.safeParse(frame.message);
      if (message.success) this.#hear(message.data);
    }
  }

  #hear(message: HolderToServer): void {
    switch (message.type) {
      case "hello":
        this.#hello.resolve(message.protocol);
        break;
      case "held":
        for (const held of message.held) this.#adopt(held);
        break;
      case "ready":
        for (const { pty, code } of this.#ended.splice(0)) pty.exited(code);
        this.#ready.resolve();
        break;
      case "opened": {
        const opening = this.#openings.get(message.request);
        this.#openings.delete(message.request);
        if (opening) opening.resolve(this.#add(opening, message));
        break;
      }
      case "failed": {
        const opening = this.#openings.get(message.request);
        this.#openings.delete(message.request);
        opening?.reject(new Error(message.message));
        break;
      }
      case "written":
        this.#held.get(message.handle)?.pty.written(message.client, message.offset);
        break;
      case "exited":
        this.#held.get(message.handle)?.pty.exited(message.code);
        break;
    }
  }

  #adopt(held: Held): void {
    const pty = this.#add(held, held);
    if (held.exit) this.#ended.push({ pty, code: held.exit.code });
  }

  #add({ sandbox, terminal }: { sandbox: string; terminal: number }, beginning: Beginning): RemoteHeldPty {
    const { handle } = beginning;
    const line = {
      say: (message: ServerToHolder) => this.#say(message),
      type: (input: Input) => this.#type(input),
    };
    const pty = new RemoteHeldPty(beginning, line, () => this.#held.delete(handle));
    this.#held.set(handle, { sandbox, terminal, pty });
    return pty;
  }

  #say(message: ServerToHolder): void {
    if (!this.#isClosed) this.#socket.write(messageFrame(message));
  }

  #type(input: Input): void {
    if (!this.#isClosed) sendInput(this.#socket, input);
  }

  /** Where we let go of it ourselves the shells go on, and nobody hears of them any more. */
  #end(): void {
    const gone = new Error("The process that holds terminals has ended");
    this.#hello.reject(gone);
    this.#ready.reject(gone);
    for (const { reject } of this.#openings.values()) reject(gone);
    this.#openings.clear();
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const { pty } of this.#held.values()) pty.exited(null);
  }
}
