/**
 * The site's process: Next behind a listener of our own. `server.ts --hostname HOST --port PORT [--dev]`; the rest is in the
 * environment, see app/configuration.ts.
 */
import { Server } from "node:http";
import { join } from "node:path";
import { parseArgs } from "node:util";
import next from "next";
import sirv from "sirv";
import { configuration } from "./app/configuration.ts";
import { A_YEAR, Front } from "./app/front/front.ts";

/** Milliseconds for requests under way, once the process is told to end. */
const GOODBYE = 3_000;

const { values } = parseArgs({
  options: {
    hostname: { type: "string", default: "127.0.0.1" },
    port: { type: "string", default: "3000" },
    dev: { type: "boolean", default: false },
  },
});
const { hostname, dev } = values;
const port = Number(values.port);
// Next listens for upgrades on the server that it is given: this one, so that it hears only of what is meant for it.
const nextSockets = new Server();
const site = next({ dev, dir: import.meta.dirname, hostname, port, httpServer: nextSockets });
await site.prepare();

const answer = site.getRequestHandler();
const front = new Front({
  configuration: configuration(),
  answer: (request, response) => answer(request, response),
  ...(dev
    ? { upgrade: (request, socket, head) => nextSockets.emit("upgrade", request, socket, head) }
    : {
        // Their names change with what is in them. As compressed as cli/start/compress-files.ts made them.
        files: sirv(join(import.meta.dirname, ".next/static"), {
          maxAge: A_YEAR,
          immutable: true,
          brotli: true,
          gzip: true,
          extensions: [],
        }),
      }),
  onError: (error) => console.error("A request could not be answered:", error),
});
front.server.on("error", (error) => {
  console.error(`The site cannot listen on ${hostname}:${port}: ${error.message}`);
  process.exit(1);
});
process.once("SIGTERM", stop);
process.once("SIGINT", stop);
front.server.listen(port, hostname, () => console.log(`The site listens on ${hostname}:${port}.`));

async function stop(): Promise<void> {
  setTimeout(() => process.exit(0), GOODBYE).unref();
  await front.close();
  await site.close();
  process.exit(0);
}
