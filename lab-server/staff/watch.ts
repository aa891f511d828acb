/** An instructor's page that looks on at a learner's terminals, and types into them where the learner lets it. */
import { type Actor, recordAudit } from "../../classroom/audit.ts";
import type { Database } from "../../classroom/database.ts";
import type { PageTicket } from "../../classroom/ticket.ts";
import type { Attendance, Wish } from "../attendance.ts";
import type { Listener } from "../listener.ts";
import { Refusal, refusalOf } from "../refusal.ts";
import type { Session } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import type { Terminal } from "../terminal/terminal.ts";
import type { Watcher } from "../watchers.ts";
import type { Beat } from "./beat.ts";
import { recheck } from "./recheck.ts";
import { demandTeacherOf } from "./staffing.ts";

export type WatchTicket = Extract<PageTicket, { kind: "watch" }>;
export type WatchOptions = { database: Database; sessions: Sessions; beat: Beat };

export class Watch implements Attendance, Watcher {
  readonly isOnlooker = true;
  readonly session: Session;
  readonly page: Listener;
  readonly name: string;
  readonly #options: WatchOptions;
  readonly #ticket: WatchTicket;
  /** The learner's. */
  readonly #learnerName: string;
  readonly #endings: (() => void)[] = [];

  private constructor(options: WatchOptions, ticket: WatchTicket, session: Session, page: Listener, learnerName: string) {
    this.#options = options;
    this.#ticket = ticket;
    this.session = session;
    this.page = page;
    this.name = ticket.name;
    this.#learnerName = learnerName;
  }

  /** Lets the page look on, once it is kept that it does. Throws Refusal. */
  static async begin(options: WatchOptions, ticket: WatchTicket, page: Listener): Promise<Watch> {
    const { database, sessions } = options;
    const name = await demandTeacherOf(database, ticket.account, ticket);
    await recordAudit(database, actorOf(ticket), "terminal.watch", auditOf(ticket, name));
    return sessions.watch(ticket, (session) => new Watch(options, ticket, session, page, name));
  }

  /** Tells the page whether the learner is there and at which task, and sends it away when it may not watch any more. */
  arrived(): void {
    const { session, page } = this;
    const name = this.#learnerName;
    const tell = () => page.tell({ type: "watching", name, present: session.sandbox !== undefined, step: session.step.task });
    session.on("step", tell);
    session.on("sandbox", tell);
    const { database, beat } = this.#options;
    const demand = () => demandTeacherOf(database, this.#ticket.account, this.#ticket);
    this.#endings.push(
      () => session.off("step", tell),
      () => session.off("sandbox", tell),
      recheck(beat, demand, (refusal) => page.dismiss(refusal)),
    );
    tell();
  }
  async openTerminal(number: number): Promise<Terminal> {
    const terminal = this.session.sandbox?.terminals.get(number);
    if (!terminal) throw new Refusal("no-such-terminal", `The learner has no terminal ${number} open.`);
    return terminal;
  }

  type(): void {
    if (!this.session.watchers.mayType(this))
      throw new Refusal("not-allowed", "You only look on here. Ask the learner whether you may type.");
  }

  handle(wish: Wish): undefined {
    if (wish.type !== "typing") throw new Refusal("not-allowed", "You only look on here: this is the learner's to do.");
    if (wish.wanted && this.session.pages.size === 0)
      throw new Refusal("not-allowed", "The learner is not here, so nobody can let you type.");
    this.session.watchers.ask(this, wish.wanted);
  }

  allowed(): void {
    const { database } = this.#options;
    recordAudit(database, actorOf(this.#ticket), "terminal.type", auditOf(this.#ticket)).catch((error: unknown) => {
      // Nobody types without it being kept.
      this.session.watchers.ask(this, false);
      const { code, message } = refusalOf(error);
      this.page.tell({ type: "error", code, message, fatal: false });
    });
  }

  leave(): void {
    for (const end of this.#endings.splice(0)) end();
    this.session.unwatch(this);
  }
}

function actorOf({ account, name }: WatchTicket): Actor {
  return { account, name };
}

function auditOf({ class: of, learner, lesson }: WatchTicket, name?: string) {
  return { class: of, target: learner, details: { lesson, ...(name === undefined ? {} : { name }) } };
}
