import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeftovers, leftoverLines } from "../../cli/start/leftovers.ts";
import { CLONE, NODE, readSettings } from "../../cli/start/settings.ts";
import { openInstance } from "../../lab-server/instance.ts";
import { Link } from "./link.ts";

/** Milliseconds. The first start of a clone builds the site. */
const UP_WITHIN = 300_000;

export type ProductOptions = {
  clone?: string;
  env?: Readonly<Record<string, string>>;
};

/**
 * The whole product as `npm start` runs it, with a state folder of its own, on free ports, sharing the images of this clone.
 *
 *   await using product = await Product.start();
 */
export class Product implements AsyncDisposable {
  readonly stateFolder: string;
  /** The network between the browser and the site, which a test may cut. */
  readonly link: Link;
  /** What it printed. */
  output = "";
  readonly #child: ChildProcess;
  readonly #ended: Promise<number | null>;

  private constructor(stateFolder: string, link: Link, child: ChildProcess) {
    this.stateFolder = stateFolder;
    this.link = link;
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.#ended = new Promise((resolve) => child.on("close", resolve));
  }

  static async start({ clone = CLONE, env = {} }: ProductOptions = {}): Promise<Product> {
    const { imagesFolder } = readSettings(process.env);
    const stateFolder = mkdtempSync(join(tmpdir(), "unboxed-product-"));
    const [port, labPort] = [await freePort(), await freePort()];
    const link = await Link.open(port);
    // Where the test's process dies, the start is told to end and cleans up.
    const child = spawn("setpriv", ["--pdeathsig", "TERM", "--", NODE, join(clone, "cli/start.ts")], {
      cwd: clone,
      stdio: ["ignore", "pipe", "pipe"],
      // Of its own session: Ctrl-C in the terminal ends the tests, and they end it.
      detached: true,
      env: {
        ...process.env,
        PORT: String(port),
        UNBOXED_LAB_PORT: String(labPort),
        UNBOXED_ORIGIN: `${link.origin},http://localhost:${port},http://127.0.0.1:${port}`,
        UNBOXED_STATE: stateFolder,
        UNBOXED_IMAGES: imagesFolder,
        ...env,
      },
    });
    const product = new Product(stateFolder, link, child);
    try {
      await product.#up();
      return product;
    } catch (error) {
      await product[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a browser finds the site. */
  get url(): string {
    return this.link.origin;
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error("The product could not be run.");
    return this.#child.pid;
  }

  /** Ends it as Ctrl-C does and waits. Returns the exit code. */
  async stop(signal: NodeJS.Signals = "SIGINT"): Promise<number | null> {
    if (this.#child.exitCode === null && this.#child.signalCode === null) this.#child.kill(signal);
    return this.#ended;
  }

  /** What it has on this machine: mounts, loop devices, cgroups and processes. */
  async traces(): Promise<string[]> {
    const { name } = await openInstance(this.stateFolder);
    return leftoverLines(findLeftovers(name, this.stateFolder, []));
  }

  log(service: "site" | "lab-server"): string {
    return readFileSync(join(this.stateFolder, "logs", `${service}.log`), "utf8");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.link.close();
    try {
      await this.stop();
      const left = await this.traces();
      if (left.length > 0) throw new Error(`The product left on the machine:\n${left.join("\n")}\nIt printed:\n${this.output}`);
      rmSync(this.stateFolder, { recursive: true, force: true });
    } finally {
      const { folder } = await openInstance(this.stateFolder);
      if ((await this.traces()).length === 0)
        for (const path of [folder, this.stateFolder]) rmSync(path, { recursive: true, force: true });
    }
  }

  /** Waits for the line that names the URL. */
  async #up(): Promise<void> {
    const gaveUp = AbortSignal.timeout(UP_WITHIN);
    const ready = new Promise<void>((resolve, reject) => {
      this.#child.stdout?.on("data", () => {
        if (this.output.includes("Ctrl-C ends")) resolve();
      });
      void this.#ended.then((code) => reject(new Error(`The start ended with exit code ${code}:\n${this.output}`)));
      gaveUp.addEventListener("abort", () =>
        reject(new Error(`The product is not up after ${UP_WITHIN / 1000} s:\n${this.output}`)),
      );
    });
    await ready;
  }
}

/** A port that nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        address !== null && typeof address === "object" ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
