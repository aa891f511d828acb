import { CircleAlert, CircleCheck, Info } from "lucide-react";
import type { ReactNode } from "react";

const TONES = {
  info: { Icon: Info, colour: "text-muted-foreground" },
  success: { Icon: CircleCheck, colour: "text-success" },
  danger: { Icon: CircleAlert, colour: "text-danger" },
} as const;

/** A sentence above what it is about. */
export function Notice({ tone = "info", children }: { tone?: keyof typeof TONES; children: ReactNode }) {
  const { Icon, colour } = TONES[tone];
  return (
    <div className="flex gap-2.5 rounded-md border border-border bg-surface px-3.5 py-3 text-sm">
      <Icon size={16} aria-hidden className={`mt-0.5 shrink-0 ${colour}`} />
      <div className="min-w-0">{children}</div>
    </div>
  );
}
