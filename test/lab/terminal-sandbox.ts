/** One real sandbox for the tests of terminals, with a driver of its own; `close` takes everything away. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pino } from "pino";
import type { Pty, SandboxDriver, SandboxSpec } from "../../lab-server/sandbox/driver.ts";
import { createRuncDriver } from "../../lab-server/sandbox/runc/driver.ts";
import { environment } from "../../lab-server/sandbox/shell.ts";

const RUN_FOLDER = "/run/unboxed";
const MIB = 1024 * 1024;

export class TerminalSandbox {
  readonly driver: SandboxDriver;
  readonly id: string;
  /** runc's `--root`. */
  readonly runcRoot: string;
  readonly #folders: string[];

  private constructor(driver: SandboxDriver, id: string, stateFolder: string, runFolder: string) {
    this.driver = driver;
    this.id = id;
    this.runcRoot = join(runFolder, "runc");
    this.#folders = [stateFolder, runFolder];
  }

  static async open(limits: Partial<SandboxSpec["limits"]> = {}): Promise<TerminalSandbox> {
    const stateFolder = await mkdtemp(join(tmpdir(), "unboxed-test-"));
    const imagesFolder = process.env.UNBOXED_IMAGES ?? resolve(import.meta.dirname, "../../.unboxed/images");
    const name = stateFolder.slice(-6).toLowerCase();
    const driver = await createRuncDriver({
      instance: `t${name}`,
      runFolder: RUN_FOLDER,
      stateFolder,
      imagesFolder,
      log: pino({ level: "silent" }),
    });
    const sandbox = new TerminalSandbox(driver, `terminal${name}`, stateFolder, join(RUN_FOLDER, `t${name}`));
    try {
      await driver.create({
        id: sandbox.id,
        image: "debian",
        hostname: "lab",
        limits: { memory: 256 * MIB, pids: 128, cpus: 2, disk: 128 * MIB, inodes: 8_192, ...limits },
      });
    } catch (error) {
      await sandbox.close();
      throw error;
    }
    return sandbox;
  }

  openPty(argv: readonly string[], size = { cols: 80, rows: 24 }): Promise<Pty> {
    return this.driver.openPty(this.id, {
      argv,
      env: { ...environment(this.driver.host), TERM: "xterm" },
      cwd: "/root",
      ...size,
    });
  }

  /** A script on a terminal. */
  script(text: string): Promise<Pty> {
    return this.openPty(["/bin/bash", "-c", text]);
  }

  async close(): Promise<void> {
    await this.driver.destroy(this.id);
    await this.driver.sweep();
    await this.driver.close();
    for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
  }
}

/** Everything that a pty says, and its end. */
export class Listening {
  readonly exit: Promise<number | null>;
  #chunks: Buffer[] = [];
  #changed: () => void = () => {};

  constructor(pty: Pty) {
    pty.onData((bytes) => {
      this.#chunks.push(Buffer.from(bytes));
      this.#changed();
    });
    this.exit = new Promise((resolve) => pty.onExit(resolve));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString();
  }

  /** Resolves when the text has come. */
  async hear(text: string): Promise<void> {
    while (!this.text.includes(text))
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
  }
}
