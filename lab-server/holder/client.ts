/**
 * The lab-server's side of its holder: finds the one that runs or starts one, takes over what it holds, and opens ptys in it.
 * Where the holder dies its shells die with it, which their terminals tell, and another is started.
 */
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Launch } from "../sandbox/runc/pty-launch.ts";
import type { HeldPty } from "../terminal/held-pty.ts";
import { Connection } from "./connection.ts";
import { lastWords, startHolder } from "./process.ts";
import { HOLDER_PROTOCOL, SOCKET } from "./protocol.ts";

/** Milliseconds until a holder that was just started must listen, and between tries. */
const UP_WITHIN = 60_000;
const BEAT = 10;
/** Milliseconds for its first answer: it first opens what an earlier lab-server still wanted. */
const ANSWERS_WITHIN = 30_000;
/** How often another is started where one answers nothing that is understood. */
const TRIES = 3;

export type HolderOptions = {
  /** The holder's own, where only root may enter. */
  folder: string;
  /** cgroups that the holder is put into, so that it does not end with the service that started it. */
  groups: readonly string[];
  /** Ends the holder, if one runs. */
  kill: () => Promise<void>;
  log: Logger;
};

export class Holder {
  readonly #options: HolderOptions;
  #connection: Promise<Connection> | undefined;
  #isClosed = false;

  private constructor(options: HolderOptions) {
    this.#options = options;
  }

  /** Throws Error where no holder can be had. */
  static async open(options: HolderOptions): Promise<Holder> {
    const holder = new Holder(options);
    await holder.#connected();
    // Nothing is being opened now: what lies there is of a lab-server that was killed while it opened something.
    for (const entry of await readdir(options.folder, { withFileTypes: true }))
      if (entry.isDirectory()) await rm(join(options.folder, entry.name), { recursive: true, force: true });
    return holder;
  }

  /** Holds the folder of each launch. */
  get folder(): string {
    return this.#options.folder;
  }

  /** Opens a pty for a sandbox's terminal. Throws Error with what the program said. */
  async launch(sandbox: string, terminal: number, launch: Launch): Promise<HeldPty> {
    const connection = await this.#connected();
    return connection.launch(sandbox, terminal, launch);
  }

  /** Ptys of a sandbox, by terminal: those that an earlier lab-server opened included. */
  async held(sandbox: string): Promise<ReadonlyMap<number, HeldPty>> {
    const connection = await this.#connected();
    return new Map(connection.held.filter((one) => one.sandbox === sandbox).map(({ terminal, pty }) => [terminal, pty]));
  }

  /** Ids of the sandboxes that something is held for. */
  async sandboxes(): Promise<ReadonlySet<string>> {
    const connection = await this.#connected();
    return new Set(connection.held.map(({ sandbox }) => sandbox));
  }

  /** Hangs up on everything of a sandbox. */
  async drop(sandbox: string): Promise<void> {
    for (const pty of (await this.held(sandbox)).values()) pty.close();
  }

  /** Lets go of the holder, which goes on. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const connection = await this.#connection?.catch(() => undefined);
    connection?.close();
  }

  #connected(): Promise<Connection> {
    this.#connection ??= this.#connect().catch((error: unknown) => {
      this.#connection = undefined;
      throw error;
    });
    return this.#connection;
  }

  async #connect(): Promise<Connection> {
    if (this.#isClosed) throw new Error("The lab-server is stopping.");
    const connection = await this.#greet();
    await connection.ready();
    const { log } = this.#options;
    if (connection.held.length > 0) log.info({ ptys: connection.held.length }, "shells of an earlier run found again");
    void connection.lost.then((reason) => this.#lost(reason));
    return connection;
  }

  /** A connection to a holder that speaks our version. One that does not ends, and its shells with it. */
  async #greet(): Promise<Connection> {
    const { log, kill } = this.#options;
    for (let tries = 1; tries <= TRIES; tries++) {
      const connection = await this.#find();
      const protocol = await Promise.race([
        connection.hello().catch(() => undefined),
        sleep(ANSWERS_WITHIN, undefined, { ref: false }),
      ]);
      if (protocol === HOLDER_PROTOCOL) return connection;
      log.warn(
        { protocol, wanted: HOLDER_PROTOCOL },
        "a holder of terminals that cannot be spoken with ends, and its shells with it",
      );
      connection.close();
      await kill();
    }
    throw new Error(`The process that holds terminals does not answer: ${await lastWords(this.#options.folder)}`);
  }

  /** A connection to the holder that runs, or else to a new one. */
  async #find(): Promise<Connection> {
    const path = join(this.#options.folder, SOCKET);
    const there = await Connection.open(path);
    if (there) return there;
    const { folder, groups, log } = this.#options;
    // It goes with a holder that is ended.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const child = await startHolder(folder, groups);
    for (const end = performance.now() + UP_WITHIN; performance.now() < end; ) {
      const connection = await Connection.open(path);
      if (connection) {
        log.info({ pid: child.pid }, "the holder of terminals has started");
        return connection;
      }
      if (child.exitCode !== null || child.signalCode !== null) break;
      await sleep(BEAT);
    }
    child.kill("SIGKILL");
    throw new Error(`The process that holds terminals does not start: ${await lastWords(folder)}`);
  }

  async #lost(reason: unknown): Promise<void> {
    this.#connection = undefined;
    if (this.#isClosed) return;
    const { log, folder } = this.#options;
    log.error(
      { error: reason, words: await lastWords(folder) },
      "the holder of terminals is gone, and its shells with it; another is started",
    );
    try {
      const connection = await this.#connected();
      // Only where it was not dead: what it still holds has been told to be gone.
      for (const { pty } of connection.held) pty.close();
    } catch (error) {
      log.error({ error }, "no holder of terminals can be started; the next terminal tries again");
    }
  }
}
