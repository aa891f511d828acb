/**
 * The holder: a small process that keeps the ptys of one instance, and so their shells, while the lab-server is killed, updated or
 * restarted. The lab-server starts it (client.ts) with the folder of its socket as the one argument.
 */
import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { Holdings } from "./holdings.ts";
import { SOCKET } from "./protocol.ts";
import { Service } from "./service.ts";

/** Milliseconds without a lab-server and without a shell, then it ends by itself. */
const LONELY = 60_000;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Usage: node lab-server/holder/main.ts FOLDER");

process.umask(0o077);

const holdings = new Holdings();
let serving: Promise<void> = Promise.resolve();
let waiting = 0;
let lonely: NodeJS.Timeout | undefined;

const path = join(folder, SOCKET);
// A holder that was killed has left its own.
rmSync(path, { force: true });
createServer({ allowHalfOpen: false }, (socket) => {
  socket.pause();
  // One lab-server after the other: what the last one still had to say comes before what the next one is told.
  waiting += 1;
  clearTimeout(lonely);
  serving = serving.then(() => serve(socket));
}).listen(path);
endIfLonely();

async function serve(socket: Socket): Promise<void> {
  const closed = new Promise((resolve) => socket.once("close", resolve));
  const service = new Service(socket, holdings);
  await closed;
  await service.close();
  waiting -= 1;
  endIfLonely();
}

function endIfLonely(): void {
  clearTimeout(lonely);
  if (waiting > 0) return;
  lonely = setTimeout(() => {
    if (holdings.hasShells) endIfLonely();
    else process.exit(0);
  }, LONELY);
}
