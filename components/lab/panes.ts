/** The panes of a lab. How they share the page is kept in a cookie, so that the server draws them where they were. */

/** Ids of the panes' elements. */
export const LESSON_PANE = "lesson-pane";
/** Holds the terminal and, below it, the X-ray. */
export const SANDBOX_PANE = "sandbox-pane";
export const TERMINAL_PANE = "terminal-pane";
export const XRAY_PANE = "xray-pane";

export type PaneLayout = {
  /** Share of the width that the lesson takes, per cent. */
  lesson: number;
  /** Share of the height beside the lesson that the X-ray takes while it is open, per cent. */
  xray: number;
  isXrayOpen: boolean;
};

/** A page that has panes: the cookie that keeps its layout, and the layout until there is one. */
export type PanePage = { cookie: string; layout: PaneLayout };

export const LAB_PANES: PanePage = {
  cookie: "unboxed_panes",
  layout: { lesson: 52, xray: 54, isXrayOpen: false },
};
/** Whoever watches a learner looks at the terminal first. */
export const WATCH_PANES: PanePage = {
  cookie: "unboxed_watch_panes",
  layout: { lesson: 38, xray: 42, isXrayOpen: true },
};

/** Reads the cookie's value, as in "52.00,54.00,open". */
export function paneLayout({ layout }: PanePage, cookie: string | undefined): PaneLayout {
  if (cookie === undefined) return layout;
  const [lesson, xray, open] = cookie.split(",");
  return { lesson: share(lesson) ?? layout.lesson, xray: share(xray) ?? layout.xray, isXrayOpen: open === "open" };
}

/** Writes the cookie, for a year. */
export function rememberPanes(page: PanePage, change: Partial<PaneLayout>): void {
  const present = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${page.cookie}=`));
  const { lesson, xray, isXrayOpen } = { ...paneLayout(page, present?.slice(page.cookie.length + 1)), ...change };
  const value = [lesson.toFixed(2), xray.toFixed(2), isXrayOpen ? "open" : "closed"].join(",");
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is missing where the page is not served by HTTPS
  document.cookie = `${page.cookie}=${value}; path=/; max-age=31536000; samesite=lax`;
}

function share(text: string | undefined): number | undefined {
  const value = Number(text);
  return value >= 15 && value <= 85 ? value : undefined;
}
