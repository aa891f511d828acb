/** Servers of terminals to measure beside the lab-server: each a process of its own, driven as its own page drives it. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { z } from "zod";
import { freePort } from "../../browser/product.ts";
import { Lab } from "../../lab/harness.ts";
import { ofServer } from "../memory/pss.ts";
import { page, type Subject } from "./subject.ts";
import type { Ttyd } from "./ttyd-tree.ts";

export type TerminalServer = AsyncDisposable & {
  /** Processes of the server, without the shells. */
  pids(): number[];
  /** A new terminal with a shell. Those with the same number share what the server lets one person have. */
  open(person: number): Promise<Subject>;
};

const SHELL = ["bash", "--norc"];
/** Terminals that one learner has beside the first, which comes with the sandbox. */
export const TERMINALS_EACH = 7;
/** Milliseconds in which a server must listen. */
const PATIENCE = 30_000;

/** The lab-server. A person is a learner, with a sandbox. */
export async function labServer(): Promise<TerminalServer> {
  const lab = await Lab.start({ env: { UNBOXED_CPUS: "2" } });
  const open = new Map<number, number>();
  return {
    pids: () => ofServer(lab),
    open(person) {
      const terminal = (open.get(person) ?? 0) + 1;
      open.set(person, terminal);
      return page(lab, `learner-number-${person}`, terminal);
    },
    [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose](),
  };
}

/** Ten lines of ws and node-pty. */
export function plainServer(): Promise<TerminalServer> {
  const argv = (port: string) => [process.execPath, join(import.meta.dirname, "plain-server.ts"), port, ...SHELL];
  return serve(argv, "/", [], {
    input: (text) => Buffer.from(text),
    output: (data) => data,
  });
}

/** ttyd (https://github.com/tsl0922/ttyd, src/protocol.c): a frame is a letter and bytes; 0 is input or output. */
export function ttyd({ command }: Ttyd, shell: readonly string[] = SHELL): Promise<TerminalServer> {
  const argv = (port: string) => [...command, "--interface", "lo", "--port", port, "--writable", ...shell];
  return serve(argv, "/ws", ["tty"], {
    hello: JSON.stringify({ AuthToken: "", columns: 100, rows: 30 }),
    input: (text) => Buffer.from(`0${text}`),
    output: (data) => (data[0] === 0x30 ? data.subarray(1) : undefined),
  });
}

/** ttyd whose shells are in a sandbox of ours, as ours are; all in one. */
export async function ttydInSandbox(how: Ttyd): Promise<TerminalServer> {
  await using stack = new AsyncDisposableStack();
  const lab = stack.use(await Lab.start({ env: { UNBOXED_CPUS: "2" } }));
  const holder = await page(lab, "learner-beside-ttyd", 0);
  stack.defer(() => holder.close());
  const enter = ["runc", "--root", `/run/unboxed/${lab.instance}/runc`, "exec", "-t", holder.sandbox];
  const server = stack.use(await ttyd(how, [...how.machine, ...enter, ...SHELL]));
  const owned = stack.move();
  return { pids: server.pids, open: server.open, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const Terminado = z.tuple([z.string()], z.unknown());

/** terminado (https://github.com/jupyter/terminado), which serves the terminals of Jupyter: JSON arrays of a kind and a text. */
export function terminado(): Promise<TerminalServer> {
  const argv = (port: string) => ["/usr/bin/python3", join(import.meta.dirname, "terminado-server.py"), port, ...SHELL];
  return serve(argv, "/websocket", [], {
    input: (text) => JSON.stringify(["stdin", text]),
    output(data) {
      const [kind, text] = Terminado.parse(JSON.parse(data.toString()));
      return kind === "stdout" ? Buffer.from(String(text)) : undefined;
    },
  });
}

type Wire = {
  hello?: string;
  input(text: string): string | Uint8Array;
  /** The terminal's bytes of a frame, undefined where it has none. */
  output(data: Buffer): Uint8Array | undefined;
};

async function serve(
  argv: (port: string) => readonly string[],
  path: string,
  protocols: string[],
  { hello, input, output }: Wire,
): Promise<TerminalServer> {
  const port = await freePort();
  // Where this process dies, so does the server.
  const child = spawn("setpriv", ["--pdeathsig", "KILL", "--", ...argv(String(port))], { stdio: ["ignore", "ignore", "pipe"] });
  let words = "";
  child.stderr.on("data", (text) => {
    words = `${words}${text}`.slice(-2_000);
  });
  const exit = once(child, "exit");
  const server: TerminalServer = {
    pids: () => (child.pid === undefined ? [] : [child.pid]),
    async open() {
      const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, protocols, { perMessageDeflate: false });
      let listener: (bytes: Uint8Array) => void = () => {};
      socket.on("message", (data: Buffer) => {
        const bytes = output(data);
        if (bytes) listener(bytes);
      });
      await once(socket, "open");
      if (hello !== undefined) socket.send(hello);
      return {
        write: (text) => socket.send(input(text)),
        onOutput(next) {
          listener = next;
        },
        close: () => socket.terminate(),
      };
    },
    async [Symbol.asyncDispose]() {
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), 2_000);
      await exit;
      clearTimeout(late);
    },
  };
  for (const until = Date.now() + PATIENCE; !(await listens(port)); await sleep(20)) {
    if (child.exitCode === null && child.signalCode === null && Date.now() < until) continue;
    await server[Symbol.asyncDispose]();
    throw new Error(`${argv(String(port)).join(" ")} does not listen: ${words}`);
  }
  return server;
}

function listens(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1");
  return once(socket, "connect")
    .then(
      () => true,
      () => false,
    )
    .finally(() => socket.destroy());
}
