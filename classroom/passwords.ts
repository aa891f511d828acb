/** Which passwords are taken: NIST SP 800-63B-4, section 3.1.1. Long, and not easy to guess; nothing is said of what they are made of. */
import { ZxcvbnFactory } from "@zxcvbn-ts/core";
import { adjacencyGraphs, dictionary as common } from "@zxcvbn-ts/language-common";
import { dictionary as english } from "@zxcvbn-ts/language-en";

/** Characters. A password is the only thing that is asked for, so it has 15 at least. */
export const SHORTEST_PASSWORD = 15;
export const LONGEST_PASSWORD = 128;
/** Guesses, as a power of ten, that somebody who knows the usual patterns needs at the least. */
const FEWEST_GUESSES = 9;
/** Characters that are judged. More of them make a password no easier to guess, and judging takes longer than linear time. */
const JUDGED = 64;
/** Letters and digits that are left at the least without the words that somebody would try first. */
const FEWEST_OTHER_LETTERS = 8;
const ADVICE = "Four or five words that have nothing to do with each other make a good one.";
/** Words that somebody would try first on this site. */
const SITE_WORDS = ["unboxed", "container", "containers", "docker", "linux", "namespace", "kubernetes"];

let estimator: ZxcvbnFactory | undefined;

/**
 * Why the password is refused, in a sentence; undefined where it is taken. `about`: what is known of the account, such as its name and its
 * e-mail address.
 */
export function passwordProblem(password: string, about: readonly string[]): string | undefined {
  const length = [...password].length;
  if (length < SHORTEST_PASSWORD) return `A password has at least ${SHORTEST_PASSWORD} characters; this one has ${length}.`;
  if (length > LONGEST_PASSWORD) return `A password has at most ${LONGEST_PASSWORD} characters; this one has ${length}.`;
  const own = [...SITE_WORDS, ...about.flatMap(partsOf)];
  if (lettersWithout(password, own) < FEWEST_OTHER_LETTERS)
    return `This password is easy to guess: it is made of your name, your address or words of this site. ${ADVICE}`;
  // The lists are large: they are read when the first password is judged.
  estimator ??= new ZxcvbnFactory({ dictionary: { ...common, ...english }, graphs: adjacencyGraphs });
  const { guessesLog10, sequence } = estimator.check(password.slice(0, JUDGED), own);
  if (guessesLog10 >= FEWEST_GUESSES) return undefined;
  return `This password is easy to guess: ${weakness(sequence)}. ${ADVICE}`;
}

/** The whole and its words: of an e-mail address also the part before the at sign, and the site's name. */
function partsOf(text: string): string[] {
  return [text, ...text.split(/[^\p{L}\p{N}]+/u)].filter((part) => part.length > 2).map((part) => part.toLowerCase());
}

/** How many letters and digits there are besides these words. */
function lettersWithout(password: string, words: readonly string[]): number {
  const longestFirst = [...words].sort((one, other) => other.length - one.length);
  const rest = longestFirst.reduce((text, word) => text.replaceAll(word, " "), password.toLowerCase());
  return [...rest.replace(/[^\p{L}\p{N}]/gu, "")].length;
}

/** What the longest part of it is, as the estimator sees it. */
function weakness(sequence: readonly { pattern: string; token: string }[]): string {
  const longest = [...sequence].sort((one, other) => other.token.length - one.token.length)[0];
  switch (longest?.pattern) {
    case "dictionary":
      return "it is, or nearly is, one of those that many people use";
    case "spatial":
      return "it is a row of keys on the keyboard";
    case "repeat":
      return "it repeats the same characters";
    case "sequence":
      return "it counts on from one character to the next";
    case "date":
    case "regex":
      return "it is made of dates or years";
    default:
      return "its parts are short and common";
  }
}
