/** A learner's page at the installed site, without a browser: cookie, ticket and WebSocket all come from and go to the site. */
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../../cli/lab/patience.ts";
import { LabClient } from "../../lab/client.ts";

/** Not by name: the guest has no resolver. */
export const SITE = "http://127.0.0.1:3000";
/** Milliseconds until a page is connected again after the lab-server was away. */
const COMES_BACK_WITHIN = patient(30_000);

export class Visitor {
  readonly #cookie: string;
  readonly #lesson: string;
  readonly #site: string;

  private constructor(cookie: string, lesson: string, site: string) {
    this.#cookie = cookie;
    this.#lesson = lesson;
    this.#site = site;
  }

  /** Opens a lesson as a newcomer. */
  static async come(lesson: string, site = SITE): Promise<Visitor> {
    const answer = await fetch(`${site}/lessons/${lesson}`);
    assert.equal(answer.status, 200);
    const cookie = answer.headers.getSetCookie().find((each) => each.startsWith("unboxed_learner="));
    assert(cookie, "the site gives the learner a cookie");
    return new Visitor(cookie.split(";")[0] ?? "", lesson, site);
  }

  /** Connects; with `before` as that page, which lost its connection. Tries until the lab-server is there. */
  async connect(before?: LabClient): Promise<LabClient> {
    for (const end = Date.now() + COMES_BACK_WITHIN; ; await sleep(500)) {
      try {
        return await this.#connect(before);
      } catch (error) {
        if (Date.now() > end) throw error;
      }
    }
  }

  async #connect(before?: LabClient): Promise<LabClient> {
    const answer = await fetch(`${this.#site}/api/ticket`, {
      method: "POST",
      headers: { cookie: this.#cookie, origin: this.#site, "content-type": "application/json" },
      body: JSON.stringify({ lesson: this.#lesson }),
    });
    const body: unknown = await answer.json();
    assert(
      typeof body === "object" && body !== null && "ticket" in body && typeof body.ticket === "string",
      JSON.stringify(body),
    );
    const page = new LabClient(this.#site.replace("http", "ws"), this.#site);
    await page.opened;
    page.hello(body.ticket, before?.client ?? randomUUID());
    if (before) page.resumeFrom(before);
    await page.hear("welcome");
    return page;
  }
}
