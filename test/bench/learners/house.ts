/** The product for a benchmark: a lab-server with the curriculum's lessons and the site in front of it, and what all of it costs. */

import { existsSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { CLONE } from "../../../cli/start/settings.ts";
import { buildSite } from "../../../cli/start/site-build.ts";
import { freePort } from "../../browser/product.ts";
import { Lab, type LabOptions } from "../../lab/harness.ts";
import { Site } from "../../lab/site.ts";
import { Group } from "./group.ts";
import { LearnerPage } from "./page.ts";

const MIB = 1024 * 1024;

/** Since the house was opened: CPU seconds; megabytes at this moment. */
export type Cost = {
  cpu: { sandboxes: number; lab: number; site: number };
  memory: { sandboxes: number; lab: number; site: number; cache: number };
  /** Written files of all sandboxes. */
  disk: number;
};

export class House implements AsyncDisposable {
  readonly lab: Lab;
  readonly site: Site;
  readonly #groups: { lab: Group; site: Group };
  readonly #sandboxes: Group;
  readonly origin: string;
  readonly #empty = new Map<string, number>();

  private constructor(lab: Lab, site: Site, groups: { lab: Group; site: Group }) {
    this.lab = lab;
    this.site = site;
    this.#groups = groups;
    this.origin = `http://127.0.0.1:${site.port}`;
    this.#sandboxes = new Group(`/unboxed/${lab.instance}`);
  }

  /** With these lessons, or the curriculum's. Needs root. */
  static async open({ lessons, env }: Pick<LabOptions, "lessons" | "env">): Promise<House> {
    const name = `/unboxed-bench-${process.pid}`;
    const port = await freePort();
    const origin = `http://127.0.0.1:${port}`;
    const { group: labGroup, result: lab } = await Group.around(`${name}-lab`, () =>
      Lab.start({
        ...(lessons ? { lessons } : {}),
        env: {
          ...(lessons ? {} : { UNBOXED_LESSONS: join(CLONE, "lessons") }),
          UNBOXED_LOG_LEVEL: "info",
          UNBOXED_ORIGIN: origin,
          ...env,
        },
      }),
    );
    try {
      // Before, so that building it is not counted as the site's.
      await buildSite(lab.stateFolder, { say: () => {}, result: () => {} }, new AbortController().signal);
      const { group, result: site } = await Group.around(`${name}-site`, () => Site.start(lab, port));
      return new House(lab, site, { lab: labGroup, site: group });
    } catch (error) {
      await lab[Symbol.asyncDispose]();
      labGroup.remove();
      throw error;
    }
  }

  /** A learner opens the lesson: the page is fetched, and its terminal comes to its prompt. */
  async enter(learner: string, lesson: string): Promise<LearnerPage> {
    const answer = await fetch(`${this.origin}/lessons/${lesson}`);
    await answer.arrayBuffer();
    if (!answer.ok) throw new Error(`The site answers ${answer.status} to /lessons/${lesson}.`);
    const ticket = await this.lab.ticket(learner, lesson);
    const page = await LearnerPage.open({ url: this.site.url, origin: this.origin, ticket });
    this.#empty.set(page.sandbox, this.#used(page.sandbox));
    return page;
  }

  get cost(): Cost {
    const { lab, site } = this.#groups;
    const [inside, server, web] = [this.#sandboxes.memory, lab.memory, site.memory];
    return {
      cpu: { sandboxes: this.#sandboxes.cpuSeconds, lab: lab.cpuSeconds, site: site.cpuSeconds },
      memory: { sandboxes: inside.held, lab: server.held, site: web.held, cache: inside.cache + server.cache },
      disk: [...this.#empty].reduce((sum, [id, empty]) => sum + this.#used(id) - empty, 0),
    };
  }

  /** The most memory that each sandbox had, files' pages included, megabytes. */
  get peaks(): number[] {
    return [...this.#empty.keys()].map((id) => new Group(`/unboxed/${this.lab.instance}/${id}`).peak);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.site[Symbol.asyncDispose]();
    await this.lab[Symbol.asyncDispose]();
    this.#groups.site.remove();
    this.#groups.lab.remove();
  }

  /** Megabytes in use on a sandbox's disk; a stand-in has none. */
  #used(id: string): number {
    if (!existsSync(this.#disk(id))) return 0;
    const { blocks, bfree, bsize } = statfsSync(this.#disk(id));
    return ((blocks - bfree) * bsize) / MIB;
  }

  #disk(id: string): string {
    return `/run/unboxed/${this.lab.instance}/${id}/disk`;
  }
}
