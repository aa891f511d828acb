/**
 * One xterm on the page: what is drawn, and what the learner does to it. Loaded on demand, for xterm is heavy. There is no OSC 52
 * here on purpose: with it, whatever prints in the sandbox could write the learner's clipboard.
 */
import "@xterm/xterm/css/xterm.css";
import type { ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import type { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import type { TerminalSink } from "../lab/output-stream.ts";
import { answerNothing } from "./mute.ts";
import { type ScaledSize, scaleInto, takeSizeOf } from "./sizing.ts";
import { onThemeChange, readTheme } from "./terminal-theme.ts";
import { webglRenderer } from "./webgl.ts";

export type TerminalScreenEvents = {
  input(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** The learner asks for the search bar. */
  search(): void;
  /** The learner wants the keyboard out of the terminal. */
  leave(): void;
};

const FONT = '"JetBrains Mono Variable", ui-monospace, monospace';
/** Pixels: a cell is then 8 wide, whole, so that both ways of drawing have the same columns: 82 in the half of 1440 pixels. */
const FONT_SIZE = 13.34;
const SCROLLBACK_LINES = 5_000;
/** Milliseconds that the first draw waits for the font: cells are measured by it. */
const FONT_WAIT = 300;

export class TerminalScreen implements TerminalSink {
  readonly #term: Terminal;
  #search: SearchAddon | undefined;
  readonly #scaled: ScaledSize | undefined;
  readonly #events: TerminalScreenEvents;
  readonly #encoder = new TextEncoder();
  readonly #closers: (() => void)[] = [];

  /**
   * Draws in the container, which must have a size. With `follows` it shows somebody else's terminal, whose size that is: it is read-only
   * until `letType`, and its text is scaled.
   */
  static async open(
    container: HTMLElement,
    events: TerminalScreenEvents,
    follows?: { cols: number; rows: number },
  ): Promise<TerminalScreen> {
    const font = document.fonts.load(`${FONT_SIZE}px ${FONT}`);
    const wait = new Promise((resolve) => setTimeout(resolve, FONT_WAIT));
    const [webgl] = await Promise.all([webglRenderer(), Promise.race([font, wait])]);
    return new TerminalScreen(container, events, webgl, follows);
  }

  private constructor(
    container: HTMLElement,
    events: TerminalScreenEvents,
    webgl: WebglAddon | undefined,
    follows: { cols: number; rows: number } | undefined,
  ) {
    this.#events = events;
    this.#term = new Terminal({
      allowProposedApi: true,
      cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      fontFamily: FONT,
      fontSize: FONT_SIZE,
      lineHeight: 1.2,
      macOptionIsMeta: true,
      minimumContrastRatio: 4.5,
      scrollback: SCROLLBACK_LINES,
      theme: readTheme(),
      ...follows,
      disableStdin: follows !== undefined,
    });
    if (follows !== undefined) answerNothing(this.#term);
    this.#term.loadAddon(new UnicodeGraphemesAddon());
    this.#term.loadAddon(new WebLinksAddon((_, uri) => window.open(uri, "_blank", "noopener,noreferrer")));
    this.#term.open(container);
    if (webgl) this.#drawBy(webgl);
    if (follows === undefined)
      this.#closers.push(takeSizeOf(container, this.#term, () => events.resize(this.#term.cols, this.#term.rows)));
    else {
      const scaled = scaleInto(container, this.#term);
      this.#scaled = scaled;
      this.#closers.push(() => scaled.end());
    }
    this.#term.onData((text) => events.input(this.#encoder.encode(text)));
    // Mouse reports of the old encoding: one character a byte.
    this.#term.onBinary((text) => events.input(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    this.#term.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#closers.push(
      onThemeChange(() => this.#followTheme()),
      this.#followInsertedText(),
    );
  }

  get cols(): number {
    return this.#term.cols;
  }

  get rows(): number {
    return this.#term.rows;
  }

  write(bytes: Uint8Array, done: () => void): void {
    this.#term.write(bytes, () => {
      this.#tellText();
      done();
    });
  }

  clear(): void {
    this.#term.reset();
  }

  focus(): void {
    this.#term.focus();
  }

  /** The terminal that this one follows has another size. */
  follow(cols: number, rows: number): void {
    this.#scaled?.resize(cols, rows);
  }

  /** Whether keys are taken in a terminal that follows another. */
  letType(may: boolean): void {
    this.#term.options.disableStdin = !may;
  }

  /** Names the element that tells a keyboard user what the keys do. */
  describeBy(elementId: string): void {
    this.#term.textarea?.setAttribute("aria-describedby", elementId);
  }

  /** Selects the next match of the text, below (1) or above (-1) the last one. False if there is none. Rejects if the search cannot be loaded. */
  async find(text: string, direction: 1 | -1): Promise<boolean> {
    const search = await this.#loadSearch();
    const { foreground = "", cursor = "" } = this.#term.options.theme ?? {};
    const decorations = {
      matchBorder: foreground,
      matchOverviewRuler: foreground,
      activeMatchBorder: cursor,
      activeMatchColorOverviewRuler: cursor,
    };
    const options: ISearchOptions = { decorations };
    return direction === 1 ? search.findNext(text, options) : search.findPrevious(text, options);
  }

  endSearch(): void {
    this.#search?.clearDecorations();
    this.#term.clearSelection();
  }

  dispose(): void {
    for (const close of this.#closers.splice(0)) close();
    this.#term.dispose();
  }

  /**
   * Puts the text into the page too, for screen readers and for whoever drives the page from outside. xterm renews it once a second at the
   * most: begun before there is any, it would tell the prompt a second late.
   */
  #tellText(): void {
    const { cursorX, cursorY } = this.#term.buffer.active;
    if (!this.#term.options.screenReaderMode && cursorX + cursorY > 0) this.#term.options.screenReaderMode = true;
  }

  async #loadSearch(): Promise<SearchAddon> {
    const { SearchAddon } = await import("@xterm/addon-search");
    if (this.#search === undefined) {
      this.#search = new SearchAddon({ highlightLimit: 1_000 });
      this.#term.loadAddon(this.#search);
    }
    return this.#search;
  }

  /** xterm draws by DOM elements where this fails. */
  #drawBy(webgl: WebglAddon): void {
    try {
      webgl.onContextLoss(() => webgl.dispose());
      this.#term.loadAddon(webgl);
    } catch (error) {
      webgl.dispose();
      console.info("The terminal is drawn without WebGL:", error instanceof Error ? error.message : error);
    }
  }

  /**
   * Text that comes without a key: from an emoji panel, dictation, an automated browser. In screen reader mode xterm leaves it
   * alone, for it cannot tell it from the trace of a key that it has already sent.
   */
  #followInsertedText(): () => void {
    const { textarea } = this.#term;
    let isKeyDown = false;
    const closer = new AbortController();
    const options = { capture: true, signal: closer.signal };
    const follow = (isDown: boolean) => () => {
      isKeyDown = isDown;
    };
    textarea?.addEventListener("keydown", follow(true), options);
    textarea?.addEventListener("keyup", follow(false), options);
    textarea?.addEventListener("blur", follow(false), options);
    const onInput = (event: Event) => {
      if (!(event instanceof InputEvent) || event.inputType !== "insertText" || event.isComposing || isKeyDown) return;
      if (event.data) this.#term.input(event.data);
    };
    textarea?.addEventListener("input", onInput, options);
    return () => closer.abort();
  }

  #followTheme(): void {
    this.#term.options.theme = readTheme();
  }

  /** False for keys that are not the shell's. */
  #key(event: KeyboardEvent): boolean {
    // Where nothing is typed the Tab key goes on to what comes next.
    if (event.key === "Tab" && this.#term.options.disableStdin) return false;
    if (!event.ctrlKey || !event.shiftKey || event.altKey || event.metaKey) return true;
    // The browser pastes, and xterm hears of it.
    if (event.code === "KeyV") return false;
    const action = { KeyC: () => this.#copy(), KeyF: () => this.#events.search(), Period: () => this.#events.leave() }[
      event.code
    ];
    if (action === undefined) return true;
    event.preventDefault();
    if (event.type === "keydown") action();
    return false;
  }

  #copy(): void {
    const text = this.#term.getSelection();
    if (text === "") return;
    // On plain HTTP there is no navigator.clipboard; xterm answers the old command with its selection.
    const isWritten =
      "clipboard" in navigator ? navigator.clipboard.writeText(text) : Promise.resolve(document.execCommand("copy"));
    isWritten.catch((error: unknown) => console.warn("The browser did not let the terminal copy:", error));
  }
}
