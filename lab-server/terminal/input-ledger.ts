/** Counts the input bytes of each client (page load) of one terminal, so that a client that comes back resends only what did not arrive. */

/** Clients remembered; the one that was silent longest is forgotten first. */
const MAX_CLIENTS = 32;

export type InputAccount = { arrived: number; written: number };

export class InputLedger {
  /** In order of last use. */
  readonly #accounts: Map<string, InputAccount>;

  /** `accounts`: those of a ledger that this one is a copy of, in order of last use. */
  constructor(accounts: Iterable<readonly [client: string, account: InputAccount]> = []) {
    this.#accounts = new Map([...accounts].map(([client, account]) => [client, { ...account }]));
  }

  get accounts(): Iterable<readonly [client: string, account: Readonly<InputAccount>]> {
    return this.#accounts;
  }

  has(client: string): boolean {
    return this.#accounts.has(client);
  }

  /** The client's account, which begins at offset `start` where it is new; it counts as used now. */
  of(client: string, start = 0): InputAccount {
    const account = this.#accounts.get(client) ?? { arrived: start, written: start };
    this.#accounts.delete(client);
    this.#accounts.set(client, account);
    if (this.#accounts.size > MAX_CLIENTS) {
      const [oldest] = this.#accounts.keys();
      if (oldest !== undefined) this.#accounts.delete(oldest);
    }
    return account;
  }

  /** The client's counts as they are now. */
  peek(client: string): Readonly<InputAccount> {
    return this.#accounts.get(client) ?? { arrived: 0, written: 0 };
  }
}
