/** How many pages somebody may have open at once. A page that connects again takes its own place. */
import { Refusal } from "./refusal.ts";

const MAX_PAGES = 8;

type Connection = { terminate(): void };

export class PagePlaces {
  /** By person, then by page load. */
  readonly #pages = new Map<string, Map<string, Connection>>();

  /** Returns what to call when the connection ends. Throws Refusal where the person has too many. */
  take(person: string, client: string, connection: Connection): () => void {
    const pages = this.#pages.get(person) ?? new Map<string, Connection>();
    const before = pages.get(client);
    if (!before && pages.size >= MAX_PAGES) {
      throw new Refusal(
        "learner-full",
        `You have ${pages.size} pages of this site open. Close one of them, then reload this page.`,
      );
    }
    // The page lost this connection, and we have not noticed yet.
    before?.terminate();
    pages.set(client, connection);
    this.#pages.set(person, pages);
    return () => {
      if (pages.get(client) === connection) pages.delete(client);
      if (pages.size === 0 && this.#pages.get(person) === pages) this.#pages.delete(person);
    };
  }
}
