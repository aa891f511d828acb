/** The width of the lesson is kept in a cookie, so that the server draws the panes where they were. */

export const PANES_COOKIE = "unboxed_panes";
/** Per cent. */
const DEFAULT = 52;

/** Reads the cookie's value. */
export function lessonWidth(cookie: string | undefined): number {
  const width = Number(cookie);
  return width >= 15 && width <= 85 ? width : DEFAULT;
}

/** Writes the cookie, for a year. */
export function rememberPanes(width: number | undefined): void {
  if (width === undefined) return;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where the page is not served by HTTPS
  document.cookie = `${PANES_COOKIE}=${width.toFixed(2)}; path=/; max-age=31536000; samesite=lax`;
}
