/** What an instructor does from the board of their class. */
import { randomUUID } from "node:crypto";
import { type AuditAction, recordAudit } from "../../classroom/audit.ts";
import type { Database } from "../../classroom/database.ts";
import { taskStatistics } from "../../classroom/statistics.ts";
import type { StaffTicket } from "../../classroom/ticket.ts";
import { Allowance } from "../allowance.ts";
import { Refusal, tooFast } from "../refusal.ts";
import type { Session } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import type { Beat } from "./beat.ts";
import type { Board } from "./board.ts";
import type { Answer, Desk, StaffWish } from "./desk.ts";
import type { LiveClass } from "./live-class.ts";
import type { LiveClasses } from "./live-classes.ts";
import { recheck } from "./recheck.ts";
import type { StaffPage } from "./staff-page.ts";
import { demandTeacher } from "./staffing.ts";

/** Milliseconds that a demonstration goes on while its instructor's board is away: they may be loading it again. */
const DEMONSTRATION_STAYS = 10_000;
/** Messages: so many at once, so many a second. */
const MOST_MESSAGES = 10;
const MESSAGES_PER_SECOND = 0.5;

export type BoardTicket = Extract<StaffTicket, { kind: "board" }>;
export type BoardDeskOptions = { database: Database; sessions: Sessions; classes: LiveClasses; beat: Beat };
type Wish<T extends StaffWish["type"]> = Extract<StaffWish, { type: T }>;

export class BoardDesk implements Desk {
  readonly #options: BoardDeskOptions;
  readonly #ticket: BoardTicket;
  readonly #page: StaffPage;
  readonly #class: LiveClass;
  readonly #board: Board;
  readonly #forget: () => void;
  readonly #messages = new Allowance(MOST_MESSAGES, MESSAGES_PER_SECOND);

  private constructor(options: BoardDeskOptions, ticket: BoardTicket, page: StaffPage, live: LiveClass, board: Board) {
    this.#options = options;
    this.#ticket = ticket;
    this.#page = page;
    this.#class = live;
    this.#board = board;
    const demand = () => demandTeacher(options.database, ticket.account, ticket.class);
    this.#forget = recheck(options.beat, demand, (refusal) => page.dismiss(refusal));
    live.teachers.add(this);
  }

  /** Shows the board to the page. Throws Refusal. */
  static async open(options: BoardDeskOptions, ticket: BoardTicket, page: StaffPage): Promise<BoardDesk> {
    await demandTeacher(options.database, ticket.account, ticket.class);
    const live = options.classes.get(ticket.class);
    const board = await live.addViewer(page, () => page.gone);
    return new BoardDesk(options, ticket, page, live, board);
  }

  get account(): string {
    return this.#ticket.account;
  }

  handle(wish: StaffWish): Promise<Answer> {
    switch (wish.type) {
      case "message":
        return this.#message(wish);
      case "hand.lower":
        return this.#lowerHand(wish);
      case "reset":
        return this.#reset(wish);
      case "extend":
        return this.#extend(wish);
      case "demonstration.start":
        return this.#startDemonstration(wish);
      case "demonstration.stop":
        return this.#stopDemonstration();
      case "statistics":
        return this.#statistics(wish);
      default:
        throw new Refusal("not-allowed", "Only operators may do this.");
    }
  }

  leave(): void {
    this.#forget();
    this.#class.removeViewer(this.#page);
    this.#class.teachers.delete(this);
    const shown = this.#class.demonstration;
    if (shown?.account !== this.account) return;
    setTimeout(() => {
      const isBack = [...this.#class.teachers].some(({ account }) => account === this.account);
      if (!isBack) this.#options.classes.stopDemonstration(this.#class, shown);
    }, DEMONSTRATION_STAYS).unref();
  }

  async #message({ to, text, command }: Wish<"message">): Promise<Answer> {
    if (!this.#messages.take()) throw tooFast();
    const addressed = to === "all" ? this.#board.learners : [...new Set(to)];
    const strangers = addressed.filter((learner) => !this.#board.has(learner));
    if (strangers.length > 0) throw new Refusal("not-found", "Somebody of those is not in this class any more. Choose again.");
    const said = {
      id: randomUUID(),
      from: this.#ticket.name,
      at: Date.now(),
      text,
      ...(command === undefined ? {} : { command }),
    };
    const present = addressed.filter((learner) => this.#pagesOf(learner).length > 0);
    await this.#record("message.send", undefined, {
      to: to === "all" ? to : addressed.length,
      reached: present.length,
      text,
      command,
    });
    for (const learner of present) for (const page of this.#pagesOf(learner)) page.tell({ type: "message", message: said });
    return { reached: present.length };
  }

  async #lowerHand({ learner }: Wish<"hand.lower">): Promise<Answer> {
    // Where it is down already, somebody else was faster.
    await this.#options.classes.lowerHand(this.#class, learner);
    return {};
  }

  async #reset({ learner, lesson }: Wish<"reset">): Promise<Answer> {
    const session = this.#demandSession(learner, lesson);
    await this.#record("sandbox.reset", learner, { lesson });
    this.#say(session, "A fresh sandbox is being started for you.");
    const refusal = await session.reset();
    if (refusal) throw refusal;
    return {};
  }

  async #extend({ learner, lesson }: Wish<"extend">): Promise<Answer> {
    const session = this.#demandSession(learner, lesson);
    session.extend();
    await this.#record("sandbox.extend", learner, { lesson });
    return {};
  }

  async #startDemonstration({ lesson, terminal: number }: Wish<"demonstration.start">): Promise<Answer> {
    const { account, learner, name: from } = this.#ticket;
    const session = this.#options.sessions.find({ learner, lesson });
    if (!session) throw new Refusal("not-found", "You have no sandbox in this lesson. Open the lesson in another tab first.");
    this.#options.classes.startDemonstration(this.#class, { session, number, account, from });
    await this.#record("demonstration.start", undefined, { lesson, terminal: number });
    return {};
  }

  async #stopDemonstration(): Promise<Answer> {
    if (!this.#class.demonstration) return {};
    this.#options.classes.stopDemonstration(this.#class);
    await this.#record("demonstration.stop");
    return {};
  }

  async #statistics({ id, lesson }: Wish<"statistics">): Promise<Answer> {
    const found = this.#board.lessons.find(({ slug }) => slug === lesson);
    if (!found) throw new Refusal("not-found", "This lesson is none of the class's any more.");
    const tasks = await taskStatistics(this.#options.database, {
      class: this.#ticket.class,
      lesson,
      tasks: found.tasks.map((task) => task.id),
      present: new Map(this.#board.present),
    });
    this.#page.tell({ type: "statistics", id, lesson, tasks });
    return undefined;
  }

  #pagesOf(learner: string) {
    return this.#board.sessionsOf(learner).flatMap(({ pages }) => [...pages]);
  }

  #say({ pages }: Session, text: string): void {
    const message = { id: randomUUID(), from: this.#ticket.name, at: Date.now(), text };
    for (const page of pages) page.tell({ type: "message", message });
  }

  #demandSession(learner: string, lesson: string): Session {
    const session = this.#board.has(learner)
      ? this.#board.sessionsOf(learner).find(({ owner }) => owner.lesson === lesson)
      : undefined;
    if (!session?.sandbox) throw new Refusal("not-found", "The learner has no sandbox in this lesson.");
    return session;
  }

  #record(action: AuditAction, target?: string, details: Readonly<Record<string, unknown>> = {}): Promise<void> {
    const { account, name, class: of } = this.#ticket;
    const what = { class: of, details, ...(target === undefined ? {} : { target }) };
    return recordAudit(this.#options.database, { account, name }, action, what);
  }
}
