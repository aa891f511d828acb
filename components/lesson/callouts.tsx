import { CircleHelp, Container, Info, Library, TriangleAlert } from "lucide-react";
import type { ComponentType, ReactNode } from "react";

type CalloutProps = { children?: ReactNode };

function callout(
  label: string,
  Icon: ComponentType<{ size: number; "aria-hidden": boolean; className: string }>,
  frame: string,
  colour: string,
) {
  return function Callout({ children }: CalloutProps) {
    return (
      <div role="note" aria-label={label} className={`callout ${frame}`}>
        <p className={`flex items-center gap-2 text-[0.8125rem] font-semibold ${colour}`}>
          <Icon size={15} aria-hidden className="shrink-0" />
          {label}
        </p>
        <div className="flow mt-1.5">{children}</div>
      </div>
    );
  };
}

const BOX = "rounded-lg bg-muted px-4 py-3.5";

/** Worth knowing, not needed. */
export const Note = callout("Note", Info, BOX, "text-muted-foreground");
/** What goes wrong easily. */
export const Warning = callout("Careful", TriangleAlert, BOX, "text-warning");
/** The reason that the thing exists. */
export const Why = callout("Why it exists", CircleHelp, BOX, "text-foreground");
/** Where the learner has met it already. */
export const InDocker = callout("In Docker", Container, BOX, "text-foreground");
/** Where the lesson has it from. */
export const Sources = callout(
  "Sources",
  Library,
  "border-t border-border pt-4 !mt-12 !text-[0.9375rem]",
  "text-muted-foreground",
);
