const WORDS = {
  "on-time": { text: "on time", colour: "text-success" },
  late: { text: "late", colour: "text-warning" },
  overdue: { text: "overdue", colour: "text-danger" },
} as const;

export type Punctuality = "on-time" | "late" | "overdue" | "pending";

/** Whether a lesson was done in time. Nothing where there is time left, or it is never due. */
export function PunctualityMark({ due }: { due: Punctuality | null }) {
  if (due === null || due === "pending") return null;
  const { text, colour } = WORDS[due];
  return <span className={`text-[0.8125rem] whitespace-nowrap ${colour}`}>{text}</span>;
}
