/** What learners type, or hear and type, to join a class. */
import { randomInt } from "node:crypto";

/** Without vowels, so that no code is a word, and without what looks like something else: 0, 1, I, L, O. */
const ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ";
export const CODE_LENGTH = 6;
/** Longest that somebody may type for one: with blanks and hyphens between. */
export const LONGEST_TYPED_CODE = 32;

/** A new code, each of 28^6 as likely. */
export function newCode(): string {
  return Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** The code that somebody typed, however they grouped and capitalised it; undefined where it is none. */
export function readCode(typed: string): string | undefined {
  if (typed.length > LONGEST_TYPED_CODE) return undefined;
  const code = typed.toUpperCase().replaceAll(/[\s-]/g, "");
  return code.length === CODE_LENGTH && [...code].every((letter) => ALPHABET.includes(letter)) ? code : undefined;
}
