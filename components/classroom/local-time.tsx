"use client";
import { useSyncExternalStore } from "react";

const DATE: Intl.DateTimeFormatOptions = { weekday: "short", day: "numeric", month: "short" };
const TIME: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit" };

/**
 * A moment in the time zone of whoever looks. The site does not know that zone: until the page lives it says the time in UTC. `at`:
 * milliseconds since the epoch.
 */
export function LocalTime({ at, date = false }: { at: number; date?: boolean }) {
  const isHere = useSyncExternalStore(
    () => () => {},
    () => true,
    () => false,
  );
  return (
    <time dateTime={new Date(at).toISOString()}>
      {isHere ? timeText(at, { date }) : `${timeText(at, { date, timeZone: "UTC" })} UTC`}
    </time>
  );
}

/** Such as “Thu, 3 Dec, 18:00”, and the year where it is another one. */
export function timeText(at: number, { date = false, timeZone }: { date?: boolean; timeZone?: string } = {}): string {
  const moment = new Date(at);
  const year = moment.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" as const };
  const parts = { ...DATE, ...year, ...(date ? {} : TIME), ...(timeZone && { timeZone }) };
  return new Intl.DateTimeFormat("en-GB", parts).format(moment);
}
