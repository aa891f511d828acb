/**
 * What is known of a class while somebody looks at its board: its lessons, its learners, what each did. The database is read once; then
 * sessions say what happens, and what only the database knows is looked up for those who are here.
 */
import type { Database } from "../../classroom/database.ts";
import { type LiveClass, lastVisits, liveMembers, type TaskTraces, tracesOf } from "../../classroom/live.ts";
import type { Lesson } from "../../curriculum/lesson.ts";
import type { TaskState } from "../protocol.ts";
import type { Session } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import { Cells } from "./cells.ts";
import type { BoardLearner, BoardLesson } from "./wire.ts";

/** Looks at the database between looks at the lessons' files. */
const FILES_EVERY = 30;
/** Milliseconds between news that somebody is still typing. */
const ACTIVE_EVERY = 5_000;

type Member = { name: string; cells: Cells; seenAt: number | null; toldActiveAt: number };

/** What changed since the last time. */
export type BoardNews = { learners: BoardLearner[]; gone: string[]; lessons?: BoardLesson[] };

export type BoardOptions = {
  database: Database;
  sessions: Sessions;
  /** Undefined where there is none that can be opened. */
  lessonOf: (slug: string) => Promise<Lesson | undefined>;
  /** When the learner raised their hand. */
  handOf: (learner: string) => number | undefined;
  /** There is something new. */
  onNews: () => void;
};

export class Board {
  name = "";
  lessons: BoardLesson[] = [];
  readonly #id: string;
  readonly #options: BoardOptions;
  readonly #members = new Map<string, Member>();
  /** Learners whose rows are not as they were told. */
  readonly #changed = new Set<string>();
  readonly #gone = new Set<string>();
  #lessonsChanged = false;
  #looks = 0;

  constructor(id: string, options: BoardOptions) {
    this.#id = id;
    this.#options = options;
  }

  has(learner: string): boolean {
    return this.#members.has(learner);
  }

  get learners(): string[] {
    return [...this.#members.keys()];
  }

  get rows(): BoardLearner[] {
    return [...this.#members].map(([learner, member]) => this.#row(learner, member));
  }

  /** Learners who are here, and what they have before them. */
  get present(): [learner: string, where: { lesson: string; step: string | null }][] {
    return this.learners.flatMap((learner) => {
      const session = this.#hereOf(learner);
      return session ? [[learner, { lesson: session.owner.lesson, step: session.step.task }]] : [];
    });
  }

  /** The learner's sessions at lessons of the class. */
  sessionsOf(learner: string): Session[] {
    return this.#options.sessions.of(learner).filter(({ owner }) => this.lessons.some(({ slug }) => slug === owner.lesson));
  }

  /** Reads again what others write into the database: all of it the first time, later what may have changed. */
  async look(now: LiveClass): Promise<void> {
    const { database } = this.#options;
    const before = this.lessons;
    await this.#readLessons(now);
    const members = await liveMembers(database, this.#id);
    const present = new Set(members.map(({ learner }) => learner));
    for (const learner of [...this.#members.keys()].filter((one) => !present.has(one))) {
      this.#members.delete(learner);
      this.#changed.delete(learner);
      this.#gone.add(learner);
      this.#options.onNews();
    }
    const fresh: string[] = [];
    for (const { learner, name } of members) {
      const member = this.#members.get(learner);
      if (!member) {
        this.#members.set(learner, { name, cells: new Cells(), seenAt: null, toldActiveAt: 0 });
        fresh.push(learner);
      } else if (member.name !== name) {
        member.name = name;
        this.#change(learner);
      }
    }
    const visits = await lastVisits(database, fresh);
    for (const learner of fresh) {
      const member = this.#members.get(learner);
      if (member) member.seenAt = visits.get(learner) ?? null;
      this.#change(learner);
    }
    await this.#readCells(fresh, before);
  }

  /** Something happened in a session of a learner. */
  touch({ owner }: Session): void {
    if (this.#concerns(owner)) this.#change(owner.learner);
  }

  /** The learner gave a sign. That is told now and then. */
  active({ owner, activeAt }: Session): void {
    const member = this.#members.get(owner.learner);
    if (!member || activeAt - member.toldActiveAt < ACTIVE_EVERY || !this.#concerns(owner)) return;
    this.#change(owner.learner);
  }

  /** The learner is here, or was until now. */
  seen(session: Session): void {
    const member = this.#members.get(session.owner.learner);
    if (member) member.seenAt = Date.now();
    this.touch(session);
  }

  /** A check said something. */
  checked(session: Session, { id, done }: TaskState): void {
    const { owner } = session;
    if (!this.#concerns(owner)) return;
    if (done) this.#members.get(owner.learner)?.cells.tick(owner.lesson, id, Date.now());
    this.#change(owner.learner);
  }

  handChanged(learner: string): void {
    if (this.#members.has(learner)) this.#change(learner);
  }

  /** What changed since the last time; undefined: nothing did. */
  takeNews(): BoardNews | undefined {
    if (this.#changed.size + this.#gone.size === 0 && !this.#lessonsChanged) return undefined;
    const learners = [...this.#changed].flatMap((learner) => {
      const member = this.#members.get(learner);
      return member ? [this.#row(learner, member)] : [];
    });
    const news = { learners, gone: [...this.#gone], ...(this.#lessonsChanged ? { lessons: this.lessons } : {}) };
    this.#changed.clear();
    this.#gone.clear();
    this.#lessonsChanged = false;
    return news;
  }

  #concerns({ learner, lesson }: Session["owner"]): boolean {
    return this.#members.has(learner) && this.lessons.some(({ slug }) => slug === lesson);
  }

  #change(learner: string): void {
    this.#changed.add(learner);
    this.#gone.delete(learner);
    this.#options.onNews();
  }

  async #readLessons(now: LiveClass): Promise<void> {
    this.name = now.name;
    const known = new Map(this.lessons.map((lesson) => [lesson.slug, lesson]));
    const isTime = this.#looks++ % FILES_EVERY === 0;
    const lessons: BoardLesson[] = [];
    for (const { lesson: slug, open, step, dueAt } of now.lessons) {
      const before = known.get(slug);
      const file = before && !isTime ? before : await this.#options.lessonOf(slug);
      const tasks = (file?.tasks ?? []).map(({ id, title }) => ({ id, title }));
      lessons.push({ slug, title: file?.title ?? slug, tasks, open, step, dueAt });
    }
    if (JSON.stringify(lessons) === JSON.stringify(this.lessons)) return;
    this.lessons = lessons;
    this.#lessonsChanged = true;
    this.#options.onNews();
  }

  /** All cells of new learners, and of all in a new lesson; else those of the lessons that learners have open. */
  async #readCells(fresh: readonly string[], before: readonly BoardLesson[]): Promise<void> {
    const known = new Set(before.map(({ slug }) => slug));
    for (const { slug } of this.lessons) {
      const isHere = (learner: string) => (this.#options.sessions.find({ learner, lesson: slug })?.pages.size ?? 0) > 0;
      const learners = known.has(slug) ? [...new Set([...fresh, ...this.learners.filter(isHere)])] : this.learners;
      for (const traces of await tracesOf(this.#options.database, slug, learners)) this.#fill(traces);
    }
  }

  #fill(traces: TaskTraces): void {
    const member = this.#members.get(traces.learner);
    if (!member) return;
    if (traces.at > (member.seenAt ?? 0)) member.seenAt = traces.at;
    if (member.cells.fill(traces)) this.#change(traces.learner);
  }

  /** The session that the learner used last, of those with pages. */
  #hereOf(learner: string): Session | undefined {
    const here = this.sessionsOf(learner).filter(({ pages }) => pages.size > 0);
    return here.sort((a, b) => b.activeAt - a.activeAt)[0];
  }

  #row(learner: string, member: Member): BoardLearner {
    const session = this.#hereOf(learner);
    if (session) member.toldActiveAt = session.activeAt;
    return {
      learner,
      name: member.name,
      cells: member.cells.of(this.lessons),
      now: session ? nowOf(session) : null,
      hand: this.#options.handOf(learner) ?? null,
      seenAt: session ? Date.now() : member.seenAt,
    };
  }
}

function nowOf({ owner, step, activeAt, reason, sandbox, watchers }: Session): BoardLearner["now"] {
  return {
    lesson: owner.lesson,
    step: step.task,
    stepSince: step.since,
    activeAt,
    ...(reason === undefined ? {} : { reason }),
    sandbox: sandbox?.id ?? null,
    endsAt: sandbox?.info.endsAt ?? null,
    helpers: watchers.helpers.map(({ name }) => name),
  };
}
