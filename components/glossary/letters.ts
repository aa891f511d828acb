/** Terms by the letter with which they begin. */

export const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

/** A term's letter; `#` where it begins with none, as `/proc` does. */
export function letterOf(term: string): string {
  const first = term
    .replace(/^[^\p{L}\p{N}]+/u, "")
    .normalize("NFD")
    .charAt(0)
    .toUpperCase();
  return ALPHABET.includes(first) ? first : "#";
}

/** Groups terms by letter, the letters in the alphabet's order, `#` first; the order within a letter stays. */
export function byLetter<T extends { term: string }>(terms: readonly T[]): { letter: string; terms: T[] }[] {
  const groups = Map.groupBy(terms, ({ term }) => letterOf(term));
  return ["#", ...ALPHABET].flatMap((letter) => {
    const found = groups.get(letter);
    return found ? [{ letter, terms: found }] : [];
  });
}

/** Whether a term's name or meaning holds every word of a text. */
export function fits({ term, says }: { term: string; says: string }, text: string): boolean {
  const held = `${term} ${says}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => held.includes(word));
}
