import type { Presence } from "./row.ts";

const WORDS: Record<Presence, string> = { here: "Here", idle: "Idle", away: "Away", never: "Never here yet" };
const LOOKS: Record<Presence, string> = {
  here: "bg-success border-success",
  idle: "border-warning bg-[linear-gradient(to_top,var(--warning)_50%,transparent_50%)]",
  away: "border-border-strong",
  never: "border-border-strong border-dashed",
};

/** Whether a learner is there: full, half full, empty. */
export function PresenceMark({ presence }: { presence: Presence }) {
  return (
    <span className={`size-2 shrink-0 rounded-full border ${LOOKS[presence]}`} title={WORDS[presence]}>
      <span className="sr-only">{WORDS[presence]}: </span>
    </span>
  );
}
