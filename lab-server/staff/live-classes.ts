/**
 * The classes of the learners who are here, and of those who teach them. What happens in sessions goes to boards at once; what the site
 * writes into the database is looked up each second, for all together.
 */
import type { Logger } from "pino";
import { classOf, type LearnersClass } from "../../classroom/classes.ts";
import type { Database } from "../../classroom/database.ts";
import { placeKey, placesOf } from "../../classroom/live.ts";
import { dropHands, keepHand, raisedHands } from "../../classroom/raised-hands.ts";
import { Allowance } from "../allowance.ts";
import type { Classroom } from "../learner-attendance.ts";
import type { Listener } from "../listener.ts";
import type { ClassState } from "../protocol.ts";
import { Refusal, tooFast } from "../refusal.ts";
import type { Owner } from "../sandbox/sandbox.ts";
import type { Session } from "../session.ts";
import type { Sessions } from "../sessions.ts";
import type { Beat } from "./beat.ts";
import { Demonstration } from "./demonstration.ts";
import { LiveClass } from "./live-class.ts";

/** Hands raised and lowered: so many at once, so many a second. */
const MOST_HANDS = 10;
const HANDS_PER_SECOND = 1;

export type LiveClassesOptions = { database: Database; sessions: Sessions; beat: Beat; log: Logger };

/** `class` of a session: null where it is part of none. `told`: what its pages heard of it last. */
type Place = { class: LearnersClass | null; told: string; hands: Allowance };

export class LiveClasses implements Classroom {
  readonly #options: LiveClassesOptions;
  readonly #classes = new Map<string, LiveClass>();
  /** Of sessions with pages. */
  readonly #places = new Map<Session, Place>();
  /** Of those who were let in and whose page is not welcomed yet. */
  readonly #admitted = new Map<string, LearnersClass | null>();

  constructor(options: LiveClassesOptions) {
    this.#options = options;
    options.sessions.on("session", (session) => this.#follow(session));
    options.beat.each(() => this.#look());
  }

  /** Raises the hands that were up when the lab-server ended. */
  async start(): Promise<void> {
    for (const hand of await raisedHands(this.#options.database)) this.get(hand.class).hands.raise(hand.learner, hand.since);
  }

  /** How many boards are open, and how many hands are raised. */
  get counts(): { boards: number; hands: number } {
    const all = [...this.#classes.values()];
    return {
      boards: all.reduce((sum, { boards }) => sum + boards, 0),
      hands: all.reduce((sum, { hands }) => sum + hands.size, 0),
    };
  }

  /** A learner comes to a lesson. Throws Refusal where their class has closed it, and what `enter` throws, which lets them in. */
  async admit<T>(owner: Owner, enter: () => Promise<T>): Promise<T> {
    const found = (await classOf(this.#options.database, owner.learner, owner.lesson)) ?? null;
    if (found && !found.open) throw closed(found);
    this.#admitted.set(placeKey(owner), found);
    try {
      return await enter();
    } finally {
      this.#admitted.delete(placeKey(owner));
    }
  }

  /** The class that the session is part of. */
  classOf(session: Session): LearnersClass | null {
    return this.#places.get(session)?.class ?? null;
  }

  /** The class, whether anything goes on in it or not. */
  get(id: string): LiveClass {
    const { database, sessions } = this.#options;
    const lessonOf = (slug: string) =>
      sessions.loadLesson(slug).catch((error: unknown) => {
        if (error instanceof Refusal) return undefined;
        throw error;
      });
    const live = this.#classes.get(id) ?? new LiveClass(id, { database, sessions, lessonOf });
    this.#classes.set(id, live);
    return live;
  }

  async raiseHand(session: Session, raised: boolean): Promise<void> {
    const place = this.#places.get(session);
    if (!place?.class) throw new Refusal("not-allowed", "You are in no class with this lesson, so nobody would see your hand.");
    if (!place.hands.take()) throw tooFast();
    const { id } = place.class;
    const { learner } = session.owner;
    session.touch();
    if (!raised) return this.lowerHand(this.get(id), learner);
    const since = Date.now();
    // What a learner was told is kept already.
    if (this.get(id).hands.since(learner) === undefined) await keepHand(this.#options.database, { class: id, learner, since });
    const live = this.get(id);
    if (live.hands.raise(learner, since)) this.#handsChanged(live, [learner]);
  }

  /** The learner takes their hand down, or has been helped. */
  async lowerHand(live: LiveClass, learner: string): Promise<void> {
    if (!live.hands.lower(learner)) return;
    this.#handsChanged(live, [learner]);
    await dropHands(this.#options.database, live.id, [learner]);
  }

  lookAtDemonstration(session: Session, page: Listener, look: boolean): void {
    const place = this.classOf(session);
    if (!place) throw new Refusal("not-allowed", "You are in no class with this lesson, so nothing is shown to you.");
    const live = this.get(place.id);
    if (look === live.lookers.has(page)) return;
    if (look) live.lookers.add(page);
    else live.lookers.delete(page);
    if (look) live.demonstration?.show(page);
    else live.demonstration?.hide(page);
  }

  /** Shows a terminal of the instructor's own session to the class, in the place of what was shown before. Throws Refusal. */
  startDemonstration(live: LiveClass, who: { session: Session; number: number; account: string; from: string }): void {
    const terminal = who.session.sandbox?.terminals.get(who.number);
    if (!terminal)
      throw new Refusal("not-found", `Terminal ${who.number} does not run. Open the lesson in another tab and start it there.`);
    this.stopDemonstration(live);
    const demonstration = new Demonstration({
      ...who,
      terminal,
      onSize: () => this.#tellClass(live),
      onEnd: () => this.stopDemonstration(live, demonstration),
    });
    live.demonstration = demonstration;
    for (const page of live.lookers) demonstration.show(page);
    who.session.tell({ type: "shown", shown: { terminal: who.number, to: live.board?.name ?? "" } });
    this.#tellClass(live);
    live.changed();
  }

  /** `which`: only if it is this one that is shown. */
  stopDemonstration(live: LiveClass, which = live.demonstration): void {
    if (!which || live.demonstration !== which) return;
    live.demonstration = undefined;
    which.stop();
    which.session.tell({ type: "shown", shown: null });
    this.#tellClass(live);
    live.changed();
  }

  #follow(session: Session): void {
    const { learner } = session.owner;
    const boards = () => [...this.#classes.values()].flatMap(({ board }) => board ?? []);
    session.on("entered", (page) => {
      this.#enter(session, page);
      for (const board of boards()) board.seen(session);
    });
    session.on("left", (page) => {
      for (const live of this.#classes.values()) {
        live.lookers.delete(page);
        live.demonstration?.hide(page);
      }
      for (const board of boards()) board.seen(session);
      if (session.pages.size === 0) this.#places.delete(session);
    });
    session.on("active", () => {
      for (const board of boards()) if (board.has(learner)) board.active(session);
    });
    session.on("task", (state) => {
      for (const board of boards()) board.checked(session, state);
    });
    for (const event of ["step", "sandbox", "prolonged", "watchers"] as const)
      session.on(event, () => {
        for (const board of boards()) board.touch(session);
      });
  }

  #enter(session: Session, page: Listener): void {
    const admitted = this.#admitted.get(placeKey(session.owner));
    const before = this.#places.get(session);
    const place = before ?? { class: null, told: "", hands: new Allowance(MOST_HANDS, HANDS_PER_SECOND) };
    if (admitted !== undefined) place.class = admitted;
    this.#places.set(session, place);
    if (!this.#tell(session, place)) page.tell({ type: "class", class: this.#stateOf(session, place) });
    for (const { demonstration, board } of this.#classes.values()) {
      if (demonstration?.session === session)
        page.tell({ type: "shown", shown: { terminal: demonstration.number, to: board?.name ?? "" } });
    }
  }

  /** Looks at what the site may have written. */
  async #look(): Promise<void> {
    const here = [...this.#places.keys()];
    if (here.length > 0) {
      const owners = here.map(({ owner }) => owner);
      const places = await placesOf(this.#options.database, owners);
      for (const session of here) await this.#move(session, places.get(placeKey(session.owner)) ?? null);
    }
    for (const live of [...this.#classes.values()]) {
      await live.look();
      const lowered = live.hands.lowerAway((learner) => this.#sessionsIn(live, learner).length > 0);
      if (lowered.length > 0) this.#handsChanged(live, lowered);
      await dropHands(this.#options.database, live.id, lowered);
      if (live.isIdle) this.#classes.delete(live.id);
    }
  }

  /** What the session's class is now. */
  async #move(session: Session, now: LearnersClass | null): Promise<void> {
    const place = this.#places.get(session);
    if (!place) return;
    const before = place.class;
    place.class = now;
    if (before && before.id !== now?.id) {
      const live = this.#classes.get(before.id);
      for (const page of session.pages) {
        live?.lookers.delete(page);
        live?.demonstration?.hide(page);
      }
      if (live && this.#sessionsIn(live, session.owner.learner).length === 0) await this.lowerHand(live, session.owner.learner);
    }
    if (now && !now.open) session.dismiss(closed(now));
    else this.#tell(session, place);
  }

  #sessionsIn(live: LiveClass, learner: string): Session[] {
    return this.#options.sessions.of(learner).filter((session) => this.#places.get(session)?.class?.id === live.id);
  }

  /** Those in the queue stand elsewhere now. */
  #handsChanged(live: LiveClass, learners: readonly string[]): void {
    for (const learner of new Set([...learners, ...live.hands.learners]))
      for (const session of this.#sessionsIn(live, learner)) this.#tell(session);
    for (const learner of learners) live.board?.handChanged(learner);
  }

  #tellClass(live: LiveClass): void {
    for (const [session, place] of this.#places) if (place.class?.id === live.id) this.#tell(session, place);
  }

  /** Tells the session's pages of their class, where that is news. Returns whether it is. */
  #tell(session: Session, place = this.#places.get(session)): boolean {
    if (!place) return false;
    const state = this.#stateOf(session, place);
    const text = JSON.stringify(state);
    if (text === place.told) return false;
    place.told = text;
    session.tell({ type: "class", class: state });
    return true;
  }

  #stateOf({ owner }: Session, { class: found }: Place): ClassState | null {
    if (!found) return null;
    const { id, name, step, records } = found;
    const live = this.#classes.get(id);
    const demonstration = live?.demonstration;
    return {
      id,
      name,
      step,
      records,
      hand: live?.hands.place(owner.learner) ?? null,
      demonstration: demonstration ? { from: demonstration.from, ...demonstration.size } : null,
    };
  }
}

function closed({ name }: LearnersClass): Refusal {
  return new Refusal("lesson-closed", `${name} has this lesson closed now. Come back when your instructor opens it.`);
}
