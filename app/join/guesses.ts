/** Codes of classes cannot be found by trying: whoever asks for many that are none has to wait. */
import { headers } from "next/headers";
import { type Class, classByCode } from "../../classroom/classes.ts";
import { database } from "../database.ts";
import { clientNetwork } from "../front/client-address.ts";
import { type Rate, RateLimit } from "../front/rate-limit.ts";

declare global {
  // Next evaluates this module once for each bundle; there is one count all the same.
  var unboxedCodeGuesses: RateLimit | undefined;
}

/**
 * Codes that are none, from one network. A class of hundreds may share one and mistype; of the 4.8 · 10^8 codes one can be tried every ten
 * seconds.
 */
const WRONG_CODES: Rate = { burst: 200, perSecond: 0.1 };

/** The class of a code that somebody typed; undefined where there is none; "wait" where too many that are none came from their network. */
export async function classAt(typed: string): Promise<Class | undefined | "wait"> {
  globalThis.unboxedCodeGuesses ??= new RateLimit(WRONG_CODES);
  const guesses = globalThis.unboxedCodeGuesses;
  const network = clientNetwork((await headers()).get("x-forwarded-for") ?? "");
  if (guesses.wait(network) > 0) return "wait";
  const found = await classByCode(await database(), typed);
  if (found === undefined) guesses.take(network);
  return found;
}
