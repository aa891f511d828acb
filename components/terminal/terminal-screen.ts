/**
 * One xterm on the page: what is drawn, and what the learner does to it. Loaded on demand, for xterm is heavy. There is no OSC 52
 * here on purpose: with it, whatever prints in the sandbox could write the learner's clipboard.
 */
import "@xterm/xterm/css/xterm.css";
import { FitAddon } from "@xterm/addon-fit";
import { type ISearchOptions, SearchAddon } from "@xterm/addon-search";
import { UnicodeGraphemesAddon } from "@xterm/addon-unicode-graphemes";
import { WebLinksAddon } from "@xterm/addon-web-links";
import { WebglAddon } from "@xterm/addon-webgl";
import { Terminal } from "@xterm/xterm";
import { MAX_COLS, MAX_ROWS, MIN_COLS, MIN_ROWS } from "../../lab-server/protocol.ts";
import type { TerminalSink } from "../lab/connection.ts";
import { onThemeChange, readTheme } from "./terminal-theme.ts";

export type TerminalScreenEvents = {
  input(bytes: Uint8Array): void;
  resize(cols: number, rows: number): void;
  /** The learner asks for the search bar. */
  search(): void;
  /** The learner wants the keyboard out of the terminal. */
  leave(): void;
};

const FONT = '"JetBrains Mono Variable", ui-monospace, monospace';
const FONT_SIZE = 14;
const SCROLLBACK_LINES = 5_000;
/** Milliseconds that the first draw waits for the font: cells are measured by it. */
const FONT_WAIT = 300;
/** Milliseconds without a further change of size until the shell is told. */
const RESIZE_QUIET = 80;

export class TerminalScreen implements TerminalSink {
  readonly #term: Terminal;
  readonly #fit = new FitAddon();
  readonly #search = new SearchAddon({ highlightLimit: 1_000 });
  readonly #container: HTMLElement;
  readonly #events: TerminalScreenEvents;
  readonly #encoder = new TextEncoder();
  readonly #closers: (() => void)[] = [];

  /** Draws in the container, which must have a size. */
  static async open(container: HTMLElement, events: TerminalScreenEvents): Promise<TerminalScreen> {
    const font = document.fonts.load(`${FONT_SIZE}px ${FONT}`);
    await Promise.race([font, new Promise((resolve) => setTimeout(resolve, FONT_WAIT))]);
    return new TerminalScreen(container, events);
  }

  private constructor(container: HTMLElement, events: TerminalScreenEvents) {
    this.#container = container;
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
    });
    this.#term.loadAddon(this.#fit);
    this.#term.loadAddon(this.#search);
    this.#term.loadAddon(new UnicodeGraphemesAddon());
    this.#term.loadAddon(new WebLinksAddon((_, uri) => window.open(uri, "_blank", "noopener,noreferrer")));
    this.#term.open(container);
    this.#drawByWebgl();
    this.#fitNow();
    this.#term.onData((text) => events.input(this.#encoder.encode(text)));
    // Mouse reports of the old encoding: one character a byte.
    this.#term.onBinary((text) => events.input(Uint8Array.from(text, (character) => character.charCodeAt(0))));
    this.#term.attachCustomKeyEventHandler((event) => this.#key(event));
    this.#closers.push(
      onThemeChange(() => this.#followTheme()),
      this.#followSize(),
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

  /** Names the element that tells a keyboard user what the keys do. */
  describeBy(elementId: string): void {
    this.#term.textarea?.setAttribute("aria-describedby", elementId);
  }

  /** Selects the next match of the text, below (1) or above (-1) the last one. False if there is none. */
  find(text: string, direction: 1 | -1): boolean {
    const { foreground = "", cursor = "" } = this.#term.options.theme ?? {};
    const decorations = {
      matchBorder: foreground,
      matchOverviewRuler: foreground,
      activeMatchBorder: cursor,
      activeMatchColorOverviewRuler: cursor,
    };
    const options: ISearchOptions = { decorations };
    return direction === 1 ? this.#search.findNext(text, options) : this.#search.findPrevious(text, options);
  }

  endSearch(): void {
    this.#search.clearDecorations();
    this.#term.clearSelection();
  }

  dispose(): void {
    for (const close of this.#closers.splice(0)) close();
    this.#term.dispose();
  }

  /**
   * Puts the text into the page too, for screen readers and for whoever drives the page from outside. xterm renews it once a second at the
   * most: begun before the first output, it would tell the prompt a second late.
   */
  #tellText(): void {
    if (!this.#term.options.screenReaderMode) this.#term.options.screenReaderMode = true;
  }

  /** Draws by WebGL where there is one; xterm draws by DOM elements without it. */
  #drawByWebgl(): void {
    const webgl = new WebglAddon();
    try {
      webgl.onContextLoss(() => webgl.dispose());
      this.#term.loadAddon(webgl);
    } catch (error) {
      webgl.dispose();
      console.info("The terminal is drawn without WebGL:", error instanceof Error ? error.message : error);
    }
  }

  /** Takes the container's size. True if it differs from before. */
  #fitNow(): boolean {
    const wanted = this.#fit.proposeDimensions();
    if (wanted === undefined || !Number.isFinite(wanted.cols) || !Number.isFinite(wanted.rows)) return false;
    const cols = Math.min(Math.max(wanted.cols, MIN_COLS), MAX_COLS);
    const rows = Math.min(Math.max(wanted.rows, MIN_ROWS), MAX_ROWS);
    if (cols === this.#term.cols && rows === this.#term.rows) return false;
    this.#term.resize(cols, rows);
    return true;
  }

  #followSize(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const observer = new ResizeObserver(() => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        if (this.#container.clientWidth > 0 && this.#fitNow()) this.#events.resize(this.#term.cols, this.#term.rows);
      }, RESIZE_QUIET);
    });
    observer.observe(this.#container);
    return () => {
      clearTimeout(timer);
      observer.disconnect();
    };
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
