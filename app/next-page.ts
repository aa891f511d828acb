/** Where to go once somebody is signed in: a page of this site and nothing else. */

/** A path of ours: not `//host` or `/\host`, which browsers take for another site. */
const PATH = /^\/(?![/\\])[^\\\s]*$/;
const LONGEST = 512;

/** The path if it is one of this site, else the home page. */
export function nextPage(path: unknown): string {
  return typeof path === "string" && path.length <= LONGEST && PATH.test(path) ? path : "/";
}

/** The sign-in page, which leads back to `path`. */
export function signInAddress(path: string | null): string {
  const next = nextPage(path);
  return next === "/" ? "/sign-in" : `/sign-in?next=${encodeURIComponent(next)}`;
}
