/**
 * A suggested command as it may be put at a prompt: one line, and nothing in it that a terminal takes for a key. Line ends and tabs become
 * blanks; other control characters (C0, DEL, C1) and the separators of lines and paragraphs are left out.
 */
export function asTyped(command: string): string {
  return command
    .replaceAll(/[\r\n\t]+/g, " ")
    .replaceAll(/[\p{Cc}\u2028\u2029]/gu, "")
    .trim();
}
