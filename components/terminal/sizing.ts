/** Two ways to agree on a size: a terminal takes the one of its container, or its text is scaled so that a given one fits. */
import { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import { MAX_COLS, MAX_ROWS, MIN_COLS, MIN_ROWS } from "../../lab-server/protocol.ts";

/** Milliseconds without a further change of size until the shell is told. */
const RESIZE_QUIET = 80;
/** Sizes of text that is scaled, pixels. */
const SMALLEST_FONT = 3;
const LARGEST_FONT = 20;
const FONT_STEP = 0.25;

/** Gives the terminal the size of its container, now and whenever that changes; `resized` hears of the changes. Returns what ends it. */
export function takeSizeOf(container: HTMLElement, term: Terminal, resized: () => void): () => void {
  const fit = new FitAddon();
  term.loadAddon(fit);
  /** True if the size differs from before. */
  const fitNow = (): boolean => {
    const wanted = fit.proposeDimensions();
    if (wanted === undefined || !Number.isFinite(wanted.cols) || !Number.isFinite(wanted.rows)) return false;
    const cols = Math.min(Math.max(wanted.cols, MIN_COLS), MAX_COLS);
    const rows = Math.min(Math.max(wanted.rows, MIN_ROWS), MAX_ROWS);
    if (cols === term.cols && rows === term.rows) return false;
    term.resize(cols, rows);
    return true;
  };
  fitNow();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const observer = new ResizeObserver(() => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (container.clientWidth > 0 && fitNow()) resized();
    }, RESIZE_QUIET);
  });
  observer.observe(container);
  return () => {
    clearTimeout(timer);
    observer.disconnect();
  };
}

export type ScaledSize = {
  /** The terminal has this size from now on. */
  resize(cols: number, rows: number): void;
  end(): void;
};

/** Keeps a size that somebody else decides, and scales the text so that all of it is in sight. */
export function scaleInto(container: HTMLElement, term: Terminal): ScaledSize {
  const scale = () => {
    const { clientWidth: width, clientHeight: height } = container;
    const screen = term.element?.querySelector<HTMLElement>(".xterm-screen");
    if (!screen || width === 0 || height === 0) return;
    // A cell grows with its font, save for rounding.
    const { fontSize = LARGEST_FONT } = term.options;
    const ratio = Math.min(width / screen.offsetWidth, height / screen.offsetHeight);
    let font = Math.min(LARGEST_FONT, Math.max(SMALLEST_FONT, Math.floor((fontSize * ratio) / FONT_STEP + 1) * FONT_STEP));
    term.options.fontSize = font;
    while (font > SMALLEST_FONT && (screen.offsetWidth > width || screen.offsetHeight > height)) {
      font -= FONT_STEP;
      term.options.fontSize = font;
    }
  };
  scale();
  const observer = new ResizeObserver(scale);
  observer.observe(container);
  return {
    resize(cols, rows) {
      if (cols === term.cols && rows === term.rows) return;
      term.resize(cols, rows);
      scale();
    },
    end: () => observer.disconnect(),
  };
}
