/** Who looks at a learner's terminals, and which of them the learner lets type. Nobody does so unseen. */
import type { Listener } from "./listener.ts";
import type { Helper } from "./protocol.ts";
import { Refusal } from "./refusal.ts";

/** Somebody who looks on at one of their pages. */
export interface Watcher {
  readonly page: Listener;
  readonly name: string;
  /** It is one of those who look on now. */
  arrived(): void;
  /** The learner lets this page type. */
  allowed(): void;
}

export class Watchers {
  readonly #onChange: () => void;
  readonly #typing = new Map<Watcher, Helper["typing"]>();

  /** `onChange`: who is there, or what they may do, is not as it was. */
  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get size(): number {
    return this.#typing.size;
  }

  /** What the learner's pages are told. */
  get helpers(): Helper[] {
    return [...this.#typing].map(([{ page, name }, typing]) => ({ id: page.client, name, typing }));
  }

  get pages(): Listener[] {
    return [...this.#typing.keys()].map(({ page }) => page);
  }

  add(watcher: Watcher): void {
    this.#typing.set(watcher, "no");
    this.#onChange();
  }

  remove(watcher: Watcher): void {
    if (this.#typing.delete(watcher)) this.#onChange();
  }

  mayType(watcher: Watcher): boolean {
    return this.#typing.get(watcher) === "yes";
  }

  /** The watcher asks to type, or types no more. */
  ask(watcher: Watcher, wanted: boolean): void {
    const now = this.#typing.get(watcher);
    if (now === undefined || (wanted ? now !== "no" : now === "no")) return;
    this.#set(watcher, wanted ? "asks" : "no");
    watcher.page.tell({ type: "typing", state: wanted ? "asks" : "no" });
  }

  /** The learner's answer, also one that ends what was allowed. Throws Refusal where nobody asked. */
  answer(helper: string, mayType: boolean): void {
    const watcher = [...this.#typing.keys()].find(({ page }) => page.client === helper);
    const now = watcher && this.#typing.get(watcher);
    // Whoever has left, or types no more, needs no answer.
    if (!watcher || (!mayType && now === "no")) return;
    if (mayType && now === "no") throw new Refusal("not-allowed", `${watcher.name} has not asked to type.`);
    if (mayType && now === "yes") return;
    this.#set(watcher, mayType ? "yes" : "no");
    watcher.page.tell({ type: "typing", state: mayType ? "yes" : now === "asks" ? "declined" : "no" });
    if (mayType) watcher.allowed();
  }

  /** Nobody types any more: the learner has left, or the sandbox has ended. */
  forbid(): void {
    const typing = [...this.#typing].filter(([, state]) => state !== "no").map(([watcher]) => watcher);
    for (const watcher of typing) {
      this.#typing.set(watcher, "no");
      watcher.page.tell({ type: "typing", state: "no" });
    }
    if (typing.length > 0) this.#onChange();
  }

  #set(watcher: Watcher, typing: Helper["typing"]): void {
    this.#typing.set(watcher, typing);
    this.#onChange();
  }
}
