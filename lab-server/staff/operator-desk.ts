/** What an operator does from their page. */
import { randomUUID } from "node:crypto";
import { type AuditAction, recordAudit } from "../../classroom/audit.ts";
import type { Database } from "../../classroom/database.ts";
import type { StaffTicket } from "../../classroom/ticket.ts";
import { Refusal } from "../refusal.ts";
import type { Keeper } from "../sandbox/keeper.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import type { Sessions } from "../sessions.ts";
import type { Beat } from "./beat.ts";
import type { Answer, Desk, StaffWish } from "./desk.ts";
import type { Operations } from "./operations.ts";
import { recheck } from "./recheck.ts";
import type { StaffPage } from "./staff-page.ts";
import { demandOperator } from "./staffing.ts";

/** How the operator's words are signed: learners do not know them by name. */
const FROM = "Whoever runs this site";

export type OperatorTicket = Extract<StaffTicket, { kind: "operator" }>;
export type OperatorDeskOptions = {
  database: Database;
  keeper: Keeper;
  sessions: Sessions;
  operations: Operations;
  beat: Beat;
  /** Before maintenance: no new sandboxes, and the process ends with the last one. */
  drain: (reason: string) => void;
};

export class OperatorDesk implements Desk {
  readonly #options: OperatorDeskOptions;
  readonly #ticket: OperatorTicket;
  readonly #page: StaffPage;
  readonly #forget: () => void;

  private constructor(options: OperatorDeskOptions, ticket: OperatorTicket, page: StaffPage) {
    this.#options = options;
    this.#ticket = ticket;
    this.#page = page;
    const demand = () => demandOperator(options.database, ticket.account);
    this.#forget = recheck(options.beat, demand, (refusal) => page.dismiss(refusal));
  }

  /** Shows the page what the machine does. Throws Refusal. */
  static async open(options: OperatorDeskOptions, ticket: OperatorTicket, page: StaffPage): Promise<OperatorDesk> {
    await demandOperator(options.database, ticket.account);
    const desk = new OperatorDesk(options, ticket, page);
    await options.operations.add(page);
    return desk;
  }

  async handle(wish: StaffWish): Promise<Answer> {
    const { keeper } = this.#options;
    switch (wish.type) {
      case "sandbox.end": {
        const sandbox = keeper.sandboxes.find(({ id }) => id === wish.sandbox);
        if (!sandbox) throw new Refusal("not-found", "This sandbox has ended already.");
        await this.#end([sandbox], "sandbox.end");
        return {};
      }
      case "sandbox.end-all":
        await this.#end(keeper.sandboxes, "sandbox.end-all");
        return {};
      case "broadcast":
        return this.#broadcast(wish.text);
      case "drain":
        if (keeper.isDraining) return {};
        await this.#record("drain.start", undefined, { sandboxes: keeper.size });
        this.#options.drain(`operator ${this.#ticket.name}`);
        this.#options.operations.hurry();
        return {};
      default:
        throw new Refusal("not-allowed", "This is done from the board of a class.");
    }
  }

  leave(): void {
    this.#forget();
    this.#options.operations.remove(this.#page);
  }

  async #end(sandboxes: readonly Sandbox[], action: AuditAction): Promise<void> {
    const [first] = sandboxes;
    const target = action === "sandbox.end" && first ? first.id : undefined;
    const learners = sandboxes.map(({ id, owner }) => ({ sandbox: id, ...owner }));
    await this.#record(action, target, { count: sandboxes.length, sandboxes: learners });
    for (const sandbox of sandboxes) this.#options.keeper.end(sandbox);
    this.#options.operations.hurry();
  }

  async #broadcast(text: string): Promise<Answer> {
    const sessions = this.#options.sessions.all.filter(({ pages }) => pages.size > 0);
    const reached = new Set(sessions.map(({ owner }) => owner.learner)).size;
    await this.#record("broadcast.send", undefined, { text, reached });
    const message = { id: randomUUID(), from: FROM, at: Date.now(), text };
    for (const session of sessions) session.tell({ type: "message", message });
    return { reached };
  }

  #record(action: AuditAction, target: string | undefined, details: Readonly<Record<string, unknown>>): Promise<void> {
    const { account, name } = this.#ticket;
    return recordAudit(this.#options.database, { account, name }, action, {
      details,
      ...(target === undefined ? {} : { target }),
    });
  }
}
