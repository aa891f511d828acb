/**
 * Shows the X-ray's views without a sandbox: a lab-server that tells the story of test/fixtures/xray, and the site in
 * development before it. `node test/browser/xray-story.ts [PORT]`, then open /lessons/namespaces there. Ctrl-C ends it.
 */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type WebSocket, WebSocketServer } from "ws";
import { readSettings } from "../../cli/start/settings.ts";
import { devSiteCommand } from "../../cli/start/site.ts";
import { ClientMessage, type Reference, type ServerMessage, terminalFrame } from "../../lab-server/protocol.ts";
import { BEGIN, goingOn, STORY, STORY_EVENTS } from "../fixtures/xray/story.ts";

const port = Number(process.argv[2] ?? 4700);
const stateFolder = mkdtempSync(join(tmpdir(), "unboxed-xray-story-"));
const settings = readSettings({
  ...process.env,
  PORT: String(port),
  UNBOXED_LAB_PORT: String(port + 1),
  UNBOXED_STATE: stateFolder,
});

const http = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.writeHead(request.url === "/lab/host" ? 200 : 404).end(JSON.stringify({ cgroup: 1 }));
});
const sockets = new WebSocketServer({ server: http });
sockets.on("connection", tell);
http.listen(settings.labPort, settings.labHost);

const { argv, env } = devSiteCommand(settings, randomBytes(32).toString("hex"));
const [program = "", ...args] = argv;
const site = spawn(program, args, { env, stdio: "inherit", cwd: join(import.meta.dirname, "../..") });
site.on("close", (code) => {
  rmSync(stateFolder, { recursive: true, force: true });
  process.exit(code ?? 1);
});
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => site.kill(signal));

function tell(socket: WebSocket): void {
  const say = (message: ServerMessage) => socket.send(JSON.stringify(message));
  let beat: NodeJS.Timeout | undefined;
  socket.on("close", () => clearInterval(beat));
  socket.on("message", (data, isBinary) => {
    if (isBinary) return;
    const message = ClientMessage.parse(JSON.parse(String(data)));
    if (message.type === "hello") {
      say({
        type: "welcome",
        sandbox: { id: "story", cgroup: 1, endsAt: Date.now() + 7_200_000, extendable: false },
        terminals: [1],
        tasks: [],
        fresh: true,
      });
      if (message.open) opened(message.open.terminal);
    } else if (message.type === "open") opened(message.terminal);
    else if (message.type === "ping") say({ type: "pong" });
    else if (message.type === "xray.raw") say({ type: "xray.raw", of: message.of, files: [rawFile(message.of)] });
    else if (message.type === "xray") {
      clearInterval(beat);
      if (!message.look) return;
      const watch = { processes: "events", groups: "events", mounts: "polling", network: "polling" } as const;
      say({ type: "xray.facts", at: BEGIN + 180_000, facts: STORY, events: [...STORY_EVENTS], watch });
      const story = goingOn();
      beat = setInterval(() => {
        const next = story.next();
        if (!next.done) say({ type: "xray.change", ...next.value });
      }, 500);
    }
  });

  function opened(terminal: number): void {
    say({ type: "opened", terminal, from: 0, gap: false, input: 0 });
    socket.send(terminalFrame(terminal, Buffer.from("root@sandbox:~# ")));
  }
}

function rawFile({ table, id }: Reference) {
  return { path: `/proc/50021/${table}`, inside: `/proc/16/${table}`, text: `what was read of ${id}\n`, truncated: false };
}
