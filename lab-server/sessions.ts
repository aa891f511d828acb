/** The sessions that there are, by learner and lesson. */
import { EventEmitter } from "node:events";
import { type Lesson, LessonError, LessonNotFound } from "../curriculum/lesson.ts";
import { loadLesson } from "../curriculum/library.ts";
import type { Listener } from "./listener.ts";
import { Refusal } from "./refusal.ts";
import type { Owner } from "./sandbox/sandbox.ts";
import { Session, type SessionOptions } from "./session.ts";
import type { Watcher } from "./watchers.ts";

export type SessionsOptions = Omit<SessionOptions, "owner" | "onOver"> & { lessonsFolder: string };

/** `session`: one has begun, of which nothing has happened yet. */
export class Sessions extends EventEmitter<{ session: [session: Session] }> {
  readonly #options: SessionsOptions;
  /** By learner, then by lesson. */
  readonly #sessions = new Map<string, Map<string, Session>>();

  constructor(options: SessionsOptions) {
    super();
    this.#options = options;
  }

  /** Lets a page into the session of its learner and lesson. Throws Refusal, and what the keeper throws. */
  async enter(owner: Owner, page: Listener): Promise<Session> {
    const lesson = await this.loadLesson(owner.lesson);
    const session = this.#obtain(owner, lesson);
    await session.enter(page, lesson);
    return session;
  }

  /**
   * Lets somebody look on at a session, whether the learner is there or not. `begin` makes the one who does, before anything is
   * told. Throws Refusal.
   */
  async watch<W extends Watcher>(owner: Owner, begin: (session: Session) => W): Promise<W> {
    const lesson = await this.loadLesson(owner.lesson);
    const session = this.#obtain({ learner: owner.learner, lesson: owner.lesson }, lesson);
    const watcher = begin(session);
    await session.watch(watcher, lesson);
    return watcher;
  }

  find({ learner, lesson }: Owner): Session | undefined {
    return this.#sessions.get(learner)?.get(lesson);
  }

  /** Those of a learner. */
  of(learner: string): Session[] {
    return [...(this.#sessions.get(learner)?.values() ?? [])];
  }

  get all(): Session[] {
    return [...this.#sessions.values()].flatMap((lessons) => [...lessons.values()]);
  }

  /** Throws Refusal where there is none that can be opened. */
  async loadLesson(slug: string): Promise<Lesson> {
    try {
      return await loadLesson(this.#options.lessonsFolder, slug);
    } catch (cause) {
      if (cause instanceof LessonNotFound) throw new Refusal("no-such-lesson", cause.message, { cause });
      if (!(cause instanceof LessonError)) throw cause;
      this.#options.log.warn({ lesson: slug, problems: cause.problems }, "a lesson has mistakes");
      throw new Refusal("no-such-lesson", `The lesson “${slug}” has mistakes and cannot be opened until its author mends it.`, {
        cause,
      });
    }
  }

  #obtain(owner: Owner, lesson: Lesson): Session {
    const there = this.find(owner);
    if (there) return there;
    const session = new Session({ ...this.#options, owner, onOver: () => this.#forget(session) }, lesson);
    const lessons = this.#sessions.get(owner.learner) ?? new Map<string, Session>();
    lessons.set(owner.lesson, session);
    this.#sessions.set(owner.learner, lessons);
    this.emit("session", session);
    return session;
  }

  #forget(session: Session): void {
    const { learner, lesson } = session.owner;
    const lessons = this.#sessions.get(learner);
    if (lessons?.get(lesson) !== session) return;
    lessons.delete(lesson);
    if (lessons.size === 0) this.#sessions.delete(learner);
  }
}
