/** The product as docker-compose.yml brings it up, in an engine of the test's own. Needs root. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { patient } from "../../cli/lab/patience.ts";
import { CLONE } from "../../cli/start/settings.ts";
import { freePort } from "../browser/product.ts";
import { makeBaseImages } from "./base-images.ts";
import { Engine, type Output } from "./engine.ts";

const PROJECT = "unboxed-test";
/** Milliseconds. */
const HEALTHY_WITHIN = patient(120_000);
const SERVICES = ["lab-server", "site", "proxy"] as const;

export type Service = (typeof SERVICES)[number];

/** What a stack has on top of docker-compose.yml: for all that is healthy or not, and of the volumes. */
type More = { healthcheck?: object; volumes?: object };

const Inspected = z.tuple([
  z.looseObject({
    Id: z.string(),
    RestartCount: z.number(),
    State: z.looseObject({ Pid: z.number(), Health: z.looseObject({ Status: z.string() }).optional() }),
    HostConfig: z.looseObject({
      Privileged: z.boolean(),
      ReadonlyRootfs: z.boolean(),
      CapAdd: z.array(z.string()).nullable(),
      PortBindings: z.record(z.string(), z.unknown()).nullable(),
    }),
  }),
]);
export type Inspected = z.infer<typeof Inspected>[0];

export class Stack implements AsyncDisposable {
  readonly engine: Engine;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly #files: readonly string[];
  #domain = "";

  private constructor(engine: Engine, httpPort: number, httpsPort: number, { healthcheck, volumes }: More = {}) {
    this.engine = engine;
    this.httpPort = httpPort;
    this.httpsPort = httpsPort;
    // The engine of a test routes nothing to the outside: what downloads something is on the machine's own network.
    const build = { build: { network: "host" } };
    const service = { ...build, ...(healthcheck ? { healthcheck } : {}) };
    const services = { "set-up": { ...build, network_mode: "host" }, "lab-server": service, site: service, proxy: service };
    const override = join(engine.folder, "override.json");
    writeFileSync(override, JSON.stringify({ services, ...(volumes ? { volumes } : {}) }));
    this.#files = ["--file", join(CLONE, "docker-compose.yml"), "--file", override];
  }

  static async start(): Promise<Stack> {
    const engine = await Engine.start();
    try {
      await makeBaseImages(engine);
      const stack = new Stack(engine, await freePort(), await freePort());
      await stack.up();
      return stack;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Builds all images into an engine's data folder, for an engine of the same release on a machine that cannot build them. */
  static async build(data: string): Promise<void> {
    await using engine = await Engine.start({ data });
    await makeBaseImages(engine);
    await new Stack(engine, 0, 0).compose("build");
    // What earlier stages left.
    await engine.docker(["image", "prune", "--force"]);
  }

  /** Brings it up from such a folder, with the sandbox images of another, on a machine that may be slow. */
  static async startBuilt(data: string, imagesFolder: string): Promise<Stack> {
    const engine = await Engine.start({ data });
    try {
      const stack = new Stack(engine, await freePort(), await freePort(), {
        healthcheck: { timeout: "60s", start_period: "600s" },
        volumes: { images: { driver_opts: { type: "none", o: "bind", device: imagesFolder } } },
      });
      await stack.up();
      return stack;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Where a browser finds the site. */
  get url(): string {
    return this.#domain === "" ? `http://localhost:${this.httpPort}` : `https://${this.#domain}:${this.httpsPort}`;
  }

  /** Brings it up, with TLS where there is a domain, and waits until all of it is healthy. */
  async up(domain = ""): Promise<void> {
    this.#domain = domain;
    await this.compose("up", "--detach");
    await this.isHealthy();
  }

  /** Throws with the logs where a service is not healthy in time. */
  async isHealthy(): Promise<void> {
    for (const end = Date.now() + HEALTHY_WITHIN; ; await sleep(500)) {
      const states = await Promise.all(SERVICES.map(async (service) => (await this.inspect(service)).State.Health?.Status));
      if (states.every((state) => state === "healthy")) return;
      if (Date.now() < end) continue;
      const { stdout } = await this.compose("logs", "--no-color", "--tail=40");
      throw new Error(`The services are ${states.join(", ")}. Their logs:\n${stdout}`);
    }
  }

  /** Runs docker-compose(1) for this project. */
  compose(...args: string[]): Promise<Output> {
    return this.engine.compose(["--project-name", PROJECT, ...this.#files, ...args], {
      env: {
        UNBOXED_DOMAIN: this.#domain,
        UNBOXED_HTTP_PORT: `127.0.0.1:${this.httpPort}`,
        UNBOXED_HTTPS_PORT: `127.0.0.1:${this.httpsPort}`,
        // The builder that every release has.
        COMPOSE_DOCKER_CLI_BUILD: "0",
        DOCKER_BUILDKIT: "0",
      },
    });
  }

  /** Runs a program in a service's container. */
  async inside(service: Service, ...argv: string[]): Promise<string> {
    const { stdout } = await this.engine.docker(["exec", await this.#container(service), ...argv]);
    return stdout;
  }

  /** Ends containers at once. They stay ended until they are brought up. */
  async kill(...services: Service[]): Promise<void> {
    for (const service of services) await this.engine.docker(["kill", await this.#container(service)]);
  }

  async inspect(service: Service): Promise<Inspected> {
    const { stdout } = await this.engine.docker(["inspect", await this.#container(service)]);
    return Inspected.parse(JSON.parse(stdout))[0];
  }

  /** This machine's pid of a process in a service's container, by a word of its command line. Throws where there is none. */
  async pidOf(service: Service, what: string): Promise<number> {
    const { State } = await this.inspect(service);
    const found = descendants(State.Pid).find((pid) => {
      const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0");
      return words[0] === "node" && words.includes(what);
    });
    if (found === undefined) throw new Error(`${what} does not run in the container of ${service}.`);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.engine[Symbol.asyncDispose]();
  }

  async #container(service: Service): Promise<string> {
    const { stdout } = await this.compose("ps", "--quiet", service);
    return stdout.trim();
  }
}

function descendants(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return children.flatMap((child) => [child, ...descendants(child)]);
}
