/** Lengths of time as the board says them. */

/** Milliseconds as "40 s", "4 min", "1 h 5 min", "3 days". */
export function lengthOfTime(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  return minutesInWords(Math.floor(seconds / 60));
}

/** Whole minutes as "4 min", "1 h 5 min", "3 days". */
export function minutesInWords(minutes: number): string {
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** As short as a cell: "4′", "1 h". Less than a minute is nothing yet. */
export function shortMinutes(minutes: number): string {
  if (minutes < 1) return "";
  return minutes < 100 ? `${minutes}′` : `${Math.floor(minutes / 60)} h`;
}

/** Whole minutes of a length of time. */
export function wholeMinutes(milliseconds: number): number {
  return Math.max(0, Math.floor(milliseconds / 60_000));
}
