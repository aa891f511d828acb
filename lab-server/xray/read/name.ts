/** Names that a learner chose, made fit to be shown: any byte may be in them. */
import { LONGEST_NAME } from "../facts.ts";

const PLAIN = /^[ -~]*$/;
/**
 * What has no look of its own or changes how its neighbours look: control and format characters (those that turn the
 * direction of writing among them), other line ends and spaces than the usual one, and what is not drawn by default.
 */
const UNSEEN = /(?! )[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;
const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0", "\x1b": "\\e" };

/**
 * A name as it may be shown: characters that cannot be seen stand as escapes (`\n`, `\x07`, `\u{202e}`), bytes that are
 * not UTF-8 as U+FFFD, and what is longer than `longest` characters ends with "…". Backslashes stay as they are.
 */
export function visible(name: string | Uint8Array, longest = LONGEST_NAME): string {
  const text = typeof name === "string" ? name : Buffer.from(name.buffer, name.byteOffset, name.byteLength).toString("utf8");
  if (text.length <= longest && PLAIN.test(text)) return text;
  // Cut first: what is far beyond the limit costs nothing. An escape is never shorter than what it stands for.
  const escaped = text.slice(0, longest + 1).replace(UNSEEN, escapeOf);
  if (escaped.length <= longest) return escaped;
  const cut = escaped.slice(0, longest - 1);
  // Half of a surrogate pair is no character.
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

/** The same of a name that is Latin-1, a character for each byte. */
export function visibleBytes(name: string, longest = LONGEST_NAME): string {
  return visible(Buffer.from(name, "latin1"), longest);
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  return ESCAPES[character] ?? (code < 0x100 ? `\\x${hex.padStart(2, "0")}` : `\\u{${hex}}`);
}
