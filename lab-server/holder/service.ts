/** The holder's side of one connection. */
import type { Socket } from "node:net";
import { type Launch, launchPty } from "../sandbox/runc/pty-launch.ts";
import { LocalHeldPty } from "../terminal/held-pty.ts";
import type { Holding, Holdings } from "./holdings.ts";
import {
  type Frame,
  FrameReader,
  HOLDER_PROTOCOL,
  type HolderToServer,
  messageFrame,
  ServerToHolder,
  sendOutput,
} from "./protocol.ts";

export class Service {
  readonly #socket: Socket;
  readonly #holdings: Holdings;
  readonly #opening = new Set<Promise<void>>();
  #isOver = false;

  constructor(socket: Socket, holdings: Holdings) {
    this.#socket = socket;
    this.#holdings = holdings;
    const reader = new FrameReader((frame) => this.#take(frame));
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      try {
        reader.push(bytes);
      } catch (error) {
        // Whoever that is, it does not speak our language. Their next connection begins anew.
        console.error(error);
        socket.destroy();
      }
    });
    socket.resume();
  }

  /** Lets go of the ptys, which go on, after what is being opened is there. */
  async close(): Promise<void> {
    this.#isOver = true;
    for (const { pty } of this.#holdings.all) letGo(pty);
    await Promise.all(this.#opening);
  }

  #take(frame: Frame): void {
    if ("input" in frame) {
      const { handle, client, offset, bytes } = frame.input;
      // Not a view: what waits for its shell would keep all that came with it.
      this.#holdings.get(handle)?.pty.input(client, offset, Uint8Array.from(bytes));
    } else if ("message" in frame) {
      const message = ServerToHolder.safeParse(frame.message);
      // What is not known here is of a newer release, which must do without.
      if (message.success) this.#obey(message.data);
    }
  }

  #obey(message: ServerToHolder): void {
    switch (message.type) {
      case "hello":
        this.#say({ type: "hello", protocol: HOLDER_PROTOCOL });
        if (message.protocol === HOLDER_PROTOCOL) this.#showAll();
        break;
      case "open":
        this.#open(message);
        break;
      case "acknowledge":
        this.#holdings.get(message.handle)?.pty.acknowledge(message.offset);
        break;
      case "meet":
        this.#holdings.get(message.handle)?.pty.meet(message.client);
        break;
      case "resize":
        this.#holdings.get(message.handle)?.pty.resize(message.cols, message.rows);
        break;
      case "close": {
        const holding = this.#holdings.get(message.handle);
        holding?.pty.close();
        this.#holdings.forget(message.handle);
        break;
      }
    }
  }

  #showAll(): void {
    const all = this.#holdings.all;
    const held = all.map(({ handle, sandbox, terminal, pty }) => ({
      ...{ handle, sandbox, terminal, pid: pty.pid, start: pty.ring.start, acknowledged: pty.acknowledged },
      clients: [...pty.ledger.accounts].map(([client, account]): [string, typeof account] => [client, account]),
      ...(pty.exit === undefined ? {} : { exit: pty.exit }),
    }));
    this.#say({ type: "held", held });
    for (const holding of all) {
      this.#show(holding, holding.pty.ring.start);
      if (holding.pty.exit === undefined) this.#listen(holding);
    }
    this.#say({ type: "ready" });
  }

  #open({ request, sandbox, terminal, launch }: { request: number; sandbox: string; terminal: number; launch: Launch }): void {
    const opening = launchPty(launch).then(
      (pty) => {
        const holding = this.#holdings.add({ sandbox, terminal, pty: new LocalHeldPty(pty, this.#holdings.typing) });
        // Where the lab-server has gone meanwhile, the next one finds it.
        if (this.#isOver) return;
        this.#say({ type: "opened", request, handle: holding.handle, pid: pty.pid });
        this.#listen(holding);
      },
      (error: unknown) => this.#say({ type: "failed", request, message: error instanceof Error ? error.message : String(error) }),
    );
    this.#opening.add(opening);
    void opening.finally(() => this.#opening.delete(opening));
  }

  /** Sends what the ring has from `offset` on. */
  #show({ handle, pty }: Holding, offset: number): void {
    while (offset < pty.ring.end) {
      const bytes = pty.ring.read(offset, Number.POSITIVE_INFINITY);
      this.#send(handle, offset, bytes);
      offset += bytes.length;
    }
  }

  #listen({ handle, pty }: Holding): void {
    let told = pty.ring.end;
    pty.onOutput((bytes) => {
      this.#send(handle, told, bytes);
      told += bytes.length;
    });
    pty.onWritten((client) => this.#say({ type: "written", handle, client, offset: pty.ledger.peek(client).written }));
    pty.onExit((code) => this.#say({ type: "exited", handle, code }));
  }

  #send(handle: number, offset: number, bytes: Uint8Array): void {
    sendOutput(this.#socket, { handle, offset, bytes });
  }

  #say(message: HolderToServer): void {
    if (!this.#isOver) this.#socket.write(messageFrame(message));
  }
}

function letGo(pty: LocalHeldPty): void {
  pty.onOutput(() => {});
  pty.onWritten(() => {});
  pty.onExit(() => {});
}
