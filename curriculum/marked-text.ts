/** A line of text with the places marked that a search found. */

export type MarkedText = readonly { text: string; match: boolean }[];

/** Characters of a snippet, and of those what stands before the first match. */
const LENGTH = 150;
const BEFORE = 45;

/**
 * Marks every place where one of the words stands. `phrase`, which is what was typed, is preferred as a whole, also where a
 * longer word begins with it.
 */
export function markText(text: string, phrase: string, words: readonly string[]): MarkedText {
  const parts: { text: string; match: boolean }[] = [];
  let end = 0;
  for (const match of text.matchAll(pattern(phrase, words))) {
    if (match[0] === "") continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index), match: false });
    parts.push({ text: match[0], match: true });
    end = match.index + match[0].length;
  }
  if (end < text.length) parts.push({ text: text.slice(end), match: false });
  return parts;
}

/** The piece of a long text that holds most of what was typed, cut between words, with the matches marked. */
export function markSnippet(text: string, phrase: string, words: readonly string[]): MarkedText {
  const found = bestPlace(text, phrase, words);
  const start = found <= BEFORE ? 0 : text.indexOf(" ", found - BEFORE) + 1;
  const stop = text.length - start <= LENGTH ? text.length : text.lastIndexOf(" ", start + LENGTH);
  const piece = text.slice(start, stop > found ? stop : start + LENGTH);
  return markText(`${start > 0 ? "… " : ""}${piece}${start + piece.length < text.length ? " …" : ""}`, phrase, words);
}

/** Where the phrase stands; else where most different words stand close together; 0 where none does. */
function bestPlace(text: string, phrase: string, words: readonly string[]): number {
  const whole = text.toLowerCase().indexOf(phrase.toLowerCase());
  if (whole >= 0) return whole;
  const matches = [...text.matchAll(pattern(phrase, words))];
  let best = { at: 0, different: 0 };
  for (const { index } of matches) {
    const near = matches.filter((other) => other.index >= index && other.index < index + LENGTH - BEFORE);
    const different = new Set(near.map(([word]) => word.toLowerCase())).size;
    if (different > best.different) best = { at: index, different };
  }
  return best.at;
}

function pattern(phrase: string, words: readonly string[]): RegExp {
  const whole = `${literally(phrase)}[\\p{L}\\p{N}]*`;
  const each = words.toSorted((a, b) => b.length - a.length).map((word) => `${literally(word)}(?![\\p{L}\\p{N}])`);
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${[whole, ...each].join("|")})`, "giu");
}

/** A text as a regular expression that means just it. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
