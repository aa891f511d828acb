/** The lab-server: sandboxes, terminals and checks behind one WebSocket a page. Wiring only. */
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { openDatabase } from "../classroom/database.ts";
import { ConfigurationError, readConfiguration } from "./configuration.ts";
import { createHttpServer } from "./http.ts";
import { claimInstance, openInstance } from "./instance.ts";
import { Keeper } from "./sandbox/keeper.ts";
import { createRuncDriver } from "./sandbox/runc/driver.ts";
import { SocketServer } from "./socket.ts";

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
const database = await openDatabase(configuration.databaseFile);
const driver = await createRuncDriver({
  instance: instance.name,
  runFolder: instance.machineFolder,
  stateFolder,
  imagesFolder,
  log,
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
const http = createHttpServer({ driver, database, keeper, log });
const sockets = new SocketServer(http, { keeper, driver, database, log, origins, secret, lessonsFolder });

const started = keeper.start();
process.on("SIGTERM", stop);
process.on("SIGINT", stop);
http.on("error", die);
await started;
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
async function stop(signal: NodeJS.Signals): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ signal, keep: configuration.keepSandboxes }, "stopping");
  setTimeout(() => die(new Error(`Stopping took longer than ${SHUTDOWN_TIMEOUT / 1000} s.`)), SHUTDOWN_TIMEOUT).unref();
  http.close();
  // Sandboxes that are just being found again end with the others.
  await started;
  const closing = keeper.close(configuration.keepSandboxes);
  sockets.close(configuration.keepSandboxes);
  const left = await closing;
  setTimeout(() => sockets.terminate(), GOODBYE).unref();
  await sockets.gone();
  await driver.close();
  await database.destroy();
  if (left.length > 0) log.error({ sandboxes: left }, "some sandboxes could not be removed; the next start tries again");
  log.info("stopped");
  process.exit(left.length > 0 ? 1 : 0);
}

/** The sandboxes go on: the next process finds them again. */
function die(error: unknown): never {
  // Whoever starts it by hand reads this rather than the log.
  if (!listening) console.error(error instanceof Error ? error.message : error);
  log.fatal({ error }, "the lab-server cannot go on");
  process.exit(1);
}
