/** The lab-server: sandboxes, terminals and checks behind one WebSocket a page. Wiring only. */
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { openDatabase } from "../classroom/database.ts";
import { ConfigurationError, readConfiguration } from "./configuration.ts";
import { createHttpServer } from "./http.ts";
import { claimInstance, openInstance } from "./instance.ts";
import { measure } from "./metrics.ts";
import { pageDoor } from "./page-door.ts";
import { PagePlaces } from "./page-places.ts";
import { SOCKET_PATH } from "./protocol.ts";
import { Records } from "./records/records.ts";
import { Keeper } from "./sandbox/keeper.ts";
import { createRuncDriver } from "./sandbox/runc/driver.ts";
import { Sessions } from "./sessions.ts";
import { SocketServer } from "./socket.ts";
import { Beat } from "./staff/beat.ts";
import { LiveClasses } from "./staff/live-classes.ts";
import { Operations } from "./staff/operations.ts";
import { staffDoor } from "./staff/staff-door.ts";
import { STAFF_SOCKET_PATH } from "./staff/wire.ts";
import { Collector } from "./xray/collector.ts";

/** Milliseconds. Whoever stops the process will not wait longer. */
const SHUTDOWN_TIMEOUT = 30_000;
/** Milliseconds for pages to answer the closing handshake. */
const GOODBYE = 500;
const POOL_IMAGE = "debian";
/** Exit code where nothing is wrong with the program but with what it was given. */
const EXIT_USAGE = 2;

const configuration = configure();
const log = pino({ level: configuration.logLevel, base: null, serializers: { error: pino.stdSerializers.err } });

let listening = false;
let stopping = false;
process.on("uncaughtException", (error) => die(error));
process.on("unhandledRejection", (reason) => die(reason));

// Folders above a sandbox's root must be searchable by others, whatever the shell that started this says.
process.umask(0o022);
const instance = await openInstance(configuration.stateFolder);
await claimInstance(instance);
const { stateFolder, imagesFolder, lessonsFolder, origins, secret, lifetime, maxSandboxes, maxPerLearner } = configuration;
const database = await openDatabase(configuration.database, (error) =>
  log.warn({ error }, "a connection to the database was lost"),
);
const driver = await createRuncDriver({
  instance: instance.name,
  runFolder: instance.machineFolder,
  stateFolder,
  imagesFolder,
  log,
  holdTerminals: true,
});
const keeper = new Keeper({
  driver,
  runFolder: instance.folder,
  log,
  poolSize: configuration.pool,
  poolImage: POOL_IMAGE,
  maxSandboxes,
  maxPerLearner,
  sandbox: configuration.sandbox,
  lifetime,
});
const collector = new Collector(driver, log);
const hosts = new Set([configuration.host.toLowerCase(), ...[...origins].map((origin) => new URL(origin).hostname)]);
const http = createHttpServer({
  driver,
  database,
  keeper,
  log,
  hosts,
  isReady: () => listening && !stopping && !keeper.isDraining,
});
const sessions = new Sessions({ keeper, driver, collector, database, log, lessonsFolder });
const beat = new Beat(log);
const classes = new LiveClasses({ database, sessions, beat, log });
const records = new Records({ stateFolder, database, log, sessions, classOf: (session) => classes.classOf(session), beat });
const operations = new Operations({
  ...{ database, driver, keeper, beat },
  pages: () => sockets.count(SOCKET_PATH),
  memoryLimit: configuration.sandbox.memory,
});
const doors = new Map([
  [SOCKET_PATH, pageDoor({ database, sessions, classes, beat, places: new PagePlaces(), secret })],
  [STAFF_SOCKET_PATH, staffDoor({ database, sessions, classes, operations, keeper, beat, secret, drain })],
]);
const sockets = new SocketServer(http, { log, hosts, origins, doors });

measure({
  keeper,
  pages: () => sockets.count(SOCKET_PATH),
  watchers: () => sessions.all.reduce((sum, { watchers }) => sum + watchers.size, 0),
  boards: () => classes.counts.boards,
  hands: () => classes.counts.hands,
});

const started = keeper.start();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
process.on("SIGUSR2", () => drain("SIGUSR2"));
http.on("error", die);
await Promise.all([started, records.start(), classes.start()]);
if (!stopping) {
  http.listen(configuration.port, configuration.host, () => {
    listening = true;
    const { address, port } = http.address() as AddressInfo;
    log.info({ address, port, instance: instance.name, ...driver.host }, "the lab-server listens");
  });
}

function configure() {
  try {
    if (process.getuid?.() !== 0) throw new ConfigurationError(["It must run as root: only root may make sandboxes."]);
    return readConfiguration(process.env);
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    console.error(error.message);
    process.exit(EXIT_USAGE);
  }
}

/** Ends everything and the process. Again while it does so, it changes nothing. */
async function stop(why: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ why, keep: configuration.keepSandboxes }, "stopping");
  setTimeout(() => die(new Error(`Stopping took longer than ${SHUTDOWN_TIMEOUT / 1000} s.`)), SHUTDOWN_TIMEOUT).unref();
  http.close();
  beat.close();
  // Sandboxes that are just being found again end with the others.
  await started;
  const closing = keeper.close(configuration.keepSandboxes);
  sockets.close(configuration.keepSandboxes);
  const left = await closing;
  setTimeout(() => sockets.terminate(), GOODBYE).unref();
  await sockets.gone();
  await records.close();
  await collector.close();
  await driver.close();
  await database.destroy();
  if (left.length > 0) log.error({ sandboxes: left }, "some sandboxes could not be removed; the next start tries again");
  log.info("stopped");
  process.exit(left.length > 0 ? 1 : 0);
}

/** Before maintenance: learners finish what they have, and the process ends with the last sandbox. */
function drain(why: string): void {
  log.info({ why, sandboxes: keeper.size }, "draining: no new sandboxes are made");
  // An operator who ends the last one is answered first.
  keeper.drain(() => setImmediate(() => void stop(why)));
}

/** The sandboxes go on: the next process finds them again. */
function die(error: unknown): never {
  // Whoever starts it by hand reads this rather than the log.
  if (!listening) console.error(error instanceof Error ? error.message : error);
  log.fatal({ error }, "the lab-server cannot go on");
  process.exit(1);
}
