/** A learner's own page. */
import type { Attendance, Wish } from "./attendance.ts";
import type { Listener } from "./listener.ts";
import { Refusal } from "./refusal.ts";
import type { Session } from "./session.ts";
import type { Terminal } from "./terminal/terminal.ts";

/** The class that the session is part of, if it is. */
export interface Classroom {
  /** Raises the learner's hand, or takes it down. Rejects with a Refusal where there is no class. */
  raiseHand(session: Session, raised: boolean): Promise<void>;
  /** Shows the demonstration to a page, or no longer. */
  lookAtDemonstration(session: Session, page: Listener, look: boolean): void;
}

export class LearnerAttendance implements Attendance {
  readonly isOnlooker = false;
  readonly session: Session;
  readonly #page: Listener;
  readonly #classroom: Classroom;

  constructor(session: Session, page: Listener, classroom: Classroom) {
    this.session = session;
    this.#page = page;
    this.#classroom = classroom;
  }

  openTerminal(number: number, cols: number, rows: number): Promise<Terminal> {
    return this.session.openTerminal(number, cols, rows);
  }

  type(terminal: number): void {
    this.session.touch(terminal);
  }

  handle(wish: Wish): Promise<unknown> | undefined {
    switch (wish.type) {
      case "close":
        this.session.closeTerminal(wish.terminal);
        break;
      case "check":
        return this.session.check(wish.task);
      case "reset":
        return this.session.reset();
      case "extend":
        this.session.extend();
        break;
      case "step":
        this.session.showStep(wish.task);
        break;
      case "hand":
        return this.#classroom.raiseHand(this.session, wish.raised);
      case "helper":
        this.session.watchers.answer(wish.helper, wish.mayType);
        break;
      case "demonstration":
        this.#classroom.lookAtDemonstration(this.session, this.#page, wish.look);
        break;
      case "typing":
        throw new Refusal("not-allowed", "This page types already: the terminals are its learner's own.");
    }
    return undefined;
  }

  leave(): void {
    this.session.leave(this.#page);
  }
}
