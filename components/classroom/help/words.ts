const ENDINGS: Readonly<Record<Intl.LDMLPluralRule, string>> = {
  one: "st",
  two: "nd",
  few: "rd",
  other: "th",
  zero: "th",
  many: "th",
};
const RULES = new Intl.PluralRules("en", { type: "ordinal" });
const LIST = new Intl.ListFormat("en", { type: "conjunction" });

/** "2nd". */
export function ordinal(number: number): string {
  return `${number}${ENDINGS[RULES.select(number)]}`;
}

/** "Ada", "Ada and Grace", "Ada, Grace, and Joan". */
export function listed(names: readonly string[]): string {
  return LIST.format(names);
}

/** Where a raised hand stands in the queue, 1 being the first. */
export function inLine(place: number): string {
  return place === 1 ? "You are next" : `You are ${ordinal(place)} in line`;
}

/** How far a class is open. Undefined where each learner goes at their own pace. */
export function pace(step: number | null, total: number): string | undefined {
  if (step === null) return undefined;
  if (step <= 0) return "No step is open yet";
  if (step >= total) return total === 1 ? "The step is open" : `All ${total} steps are open`;
  return `Step ${step} of ${total} is open`;
}
