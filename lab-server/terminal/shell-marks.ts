/**
 * Finds the marks of shell integration in a terminal's output: OSC 133 (FinalTerm's sequences, as terminals and shells
 * commonly use them): `ESC ] 133 ; A` begins a prompt, `B` ends it, `C` begins a command's output, `D ; code` ends
 * the command. A sequence is closed by BEL or by ESC \ and may be split anywhere between two chunks.
 */

export type ShellMark =
  | { kind: "prompt-start" }
  | { kind: "prompt-end" }
  | { kind: "output-start" }
  | { kind: "command-end"; code: number | null };

const ESC = 0x1b;
const BEL = 0x07;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
/** Longest text of a mark that is looked at, bytes. A longer OSC is some other one, or none. */
const MAX_TEXT = 64;

export class ShellMarkScanner {
  readonly #listener: (mark: ShellMark) => void;
  /** Outside a sequence; after an ESC; inside an OSC; after an ESC inside an OSC. */
  #state: "text" | "escape" | "osc" | "osc-escape" = "text";
  #text = "";

  constructor(listener: (mark: ShellMark) => void) {
    this.#listener = listener;
  }

  push(bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i++) {
      if (this.#state === "text") {
        // Nearly all output is plain: indexOf goes over it at memory speed.
        i = bytes.indexOf(ESC, i);
        if (i < 0) return;
        this.#state = "escape";
      } else this.#step(bytes[i] ?? 0);
    }
  }

  #step(byte: number): void {
    if (this.#state === "escape") {
      if (byte === CLOSING_BRACKET) this.#text = "";
      if (byte !== ESC) this.#state = byte === CLOSING_BRACKET ? "osc" : "text";
    } else if (this.#state === "osc-escape") {
      if (byte === BACKSLASH) this.#close();
      // An ESC that does not close the OSC ends it and begins another sequence.
      else {
        this.#state = "escape";
        this.#step(byte);
      }
    } else if (byte === BEL) this.#close();
    else if (byte === ESC) this.#state = "osc-escape";
    else if (this.#text.length <= MAX_TEXT) this.#text += String.fromCharCode(byte);
  }

  #close(): void {
    this.#state = "text";
    const mark = parseMark(this.#text);
    if (mark !== undefined) this.#listener(mark);
  }
}

function parseMark(text: string): ShellMark | undefined {
  if (text.length > MAX_TEXT) return undefined;
  const [command, kind, code] = text.split(";");
  if (command !== "133") return undefined;
  if (kind === "A") return { kind: "prompt-start" };
  if (kind === "B") return { kind: "prompt-end" };
  if (kind === "C") return { kind: "output-start" };
  if (kind === "D") return { kind: "command-end", code: code !== undefined && /^\d{1,3}$/.test(code) ? Number(code) : null };
  return undefined;
}
