import type { ITheme } from "@xterm/xterm";

const ANSI_NAMES = [
  ...(["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const),
  ...([
    "brightBlack",
    "brightRed",
    "brightGreen",
    "brightYellow",
    "brightBlue",
    "brightMagenta",
    "brightCyan",
    "brightWhite",
  ] as const),
];

/** The page's colours as the terminal's: the variables `--terminal-…`, as they are now. */
export function readTheme(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const colour = (name: string) => style.getPropertyValue(`--terminal-${name}`).trim();
  return {
    background: colour("background"),
    foreground: colour("foreground"),
    cursor: colour("cursor"),
    cursorAccent: colour("background"),
    selectionBackground: colour("selection"),
    ...Object.fromEntries(ANSI_NAMES.map((name, index) => [name, colour(`ansi-${index}`)])),
  };
}

/** Calls the listener whenever the page's theme changes. Returns what ends that. */
export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributeFilter: ["class", "data-theme", "style"] });
  return () => observer.disconnect();
}
