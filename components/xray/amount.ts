/** Amounts as people read them. */

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes in the largest unit that leaves at least 1: "49.6 MiB". */
export function bytes(amount: number): string {
  const power = amount < 1024 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(amount) / 10));
  const value = amount / 1024 ** power;
  return `${round(value)} ${UNITS[power]}`;
}

/** A share as per cent: "0.4 %", "63 %". */
export function percent(share: number): string {
  return `${round(share * 100)} %`;
}

/** Microseconds: "480 ms", "7.7 s", "3 min". */
export function duration(microseconds: number): string {
  const milliseconds = microseconds / 1000;
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const seconds = milliseconds / 1000;
  return seconds < 120 ? `${round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}

/** One decimal below 10 ("9.5", "2"), none above 100. */
function round(value: number): string {
  return String(value < 100 ? Math.round(value * 10) / 10 : Math.round(value));
}
