/**
 * How often a password may be tried. By account and client, so that nobody guesses; by account alone far more often, so that many clients
 * cannot guess together, and one of them cannot lock the owner out either (NIST SP 800-63B-4, section 3.2.2).
 */
import { headers } from "next/headers";
import { clientNetwork } from "./front/client-address.ts";
import { RateLimit } from "./front/rate-limit.ts";

type Tries = { byClient: RateLimit; byAccount: RateLimit };

declare global {
  // Next evaluates this module once for each bundle; what is tried in one counts in all.
  var unboxedTries: Tries | undefined;
}

/** Seconds until the password of this account (an e-mail address, or an id) may be tried; 0 where it may be now, and then it counts. */
export async function waitForTry(account: string): Promise<number> {
  globalThis.unboxedTries ??= {
    byClient: new RateLimit({ burst: 10, perSecond: 1 / 30 }),
    byAccount: new RateLimit({ burst: 60, perSecond: 1 / 30 }),
  };
  const { byClient, byAccount } = globalThis.unboxedTries;
  const key = account.toLowerCase();
  const client = clientNetwork((await headers()).get("x-forwarded-for") ?? "");
  const wait = byClient.take(`${client} ${key}`);
  return wait > 0 ? wait : byAccount.take(key);
}

/** What somebody is told who has to wait, `seconds` from `waitForTry`. */
export function tooManyTries(seconds: number): string {
  const rounded = Math.ceil(seconds);
  return `That was tried too often. Wait ${rounded === 1 ? "a second" : `${rounded} seconds`}, then try again.`;
}
