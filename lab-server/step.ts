/** Which task of a lesson a learner has before them, and since when. */
import type { TaskState } from "./protocol.ts";

export class Step {
  readonly #onChange: (task: string | null) => void;
  #task: string | null = null;
  /** What the page said last. */
  #shown: string | undefined;
  #since = Date.now();

  constructor(onChange: (task: string | null) => void) {
    this.#onChange = onChange;
  }

  /** What the page shows, where that is not done yet, else the first that is not; null: all are done. */
  get task(): string | null {
    return this.#task;
  }

  /** Milliseconds since the epoch. */
  get since(): number {
    return this.#since;
  }

  /** The page shows this task now. Returns whether that is another. */
  show(task: string, states: readonly TaskState[]): boolean {
    if (this.#shown === task || !states.some(({ id }) => id === task)) return false;
    this.#shown = task;
    this.follow(states);
    return true;
  }

  /** The tasks are these now. */
  follow(states: readonly TaskState[]): void {
    const open = states.filter(({ done }) => !done).map(({ id }) => id);
    const task = open.find((id) => id === this.#shown) ?? open[0] ?? null;
    if (task === this.#task) return;
    this.#task = task;
    this.#since = Date.now();
    this.#onChange(task);
  }
}
