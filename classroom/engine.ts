/** Which database a place is of: a file is SQLite's, a `postgres://` URL PostgreSQL's. */

export type Engine = "sqlite" | "postgres";

const POSTGRES_URL = /^postgres(ql)?:\/\//;

export function engineOf(place: string): Engine {
  return POSTGRES_URL.test(place) ? "postgres" : "sqlite";
}

/** The place as it may be logged. */
export function withoutPassword(place: string): string {
  if (engineOf(place) === "sqlite" || !URL.canParse(place)) return place;
  const url = new URL(place);
  if (url.password !== "") url.password = "…";
  return url.href;
}
