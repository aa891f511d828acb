/**
 * Something that the lab-server sends only while the page looks: it is asked for again on every new socket. One looks at a time.
 */
export class Look<Listener> {
  readonly #say: (look: boolean) => void;
  #listener: Listener | undefined;
  #isWelcome = false;

  /** `say` asks the lab-server for it, or asks it to stop. */
  constructor(say: (look: boolean) => void) {
    this.#say = say;
  }

  /** Who looks. */
  get listener(): Listener | undefined {
    return this.#listener;
  }

  /** Looks until the function that it returns is called. */
  begin(listener: Listener): () => void {
    this.#listener = listener;
    if (this.#isWelcome) this.#say(true);
    return () => {
      if (this.#listener !== listener) return;
      this.#listener = undefined;
      if (this.#isWelcome) this.#say(false);
    };
  }

  /** The lab-server listens on this socket from now on. Further calls change nothing. */
  welcome(): void {
    if (!this.#isWelcome && this.#listener !== undefined) this.#say(true);
    this.#isWelcome = true;
  }

  closed(): void {
    this.#isWelcome = false;
  }
}
