/** A moment as the learner's clock shows it, as in "14:03:12". */
export function clock(at: number): string {
  return FORMAT.format(at);
}

const FORMAT = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
