"use client";
import { Eye, Keyboard } from "lucide-react";
import { useLab } from "../../lab/lab-context.tsx";
import { Button } from "../../ui/button.tsx";
import { Tooltip } from "../../ui/tooltip.tsx";
import { END_KEYS } from "./end-typing-key.tsx";
import { listed } from "./words.ts";

/** Who looks at the learner's terminal, and who may type into it, with the way to end that. */
export function HelperSign() {
  const { snapshot, connection } = useLab();
  const helpers = snapshot?.helpers ?? [];
  const typing = helpers.filter((helper) => helper.typing === "yes");
  if (helpers.length === 0) return null;
  if (typing.length > 0) {
    return (
      <span className="flex min-w-0 items-center gap-2 rounded-md bg-muted py-0.5 pr-0.5 pl-2.5 font-medium text-warning">
        <Keyboard size={15} aria-hidden className="shrink-0" />
        <span className="truncate">
          {listed(typing.map(({ name }) => name))} may type<span className="max-md:sr-only"> into your terminal</span>
        </span>
        <Tooltip label="Nobody but you types then" keys={END_KEYS}>
          <Button
            size="small"
            className="h-6 text-foreground"
            onClick={() => {
              for (const { id } of typing) connection?.sayInClass({ type: "helper", helper: id, mayType: false });
            }}
          >
            End
          </Button>
        </Tooltip>
      </span>
    );
  }
  return (
    <span className="flex min-w-0 items-center gap-2 rounded-md bg-muted px-2.5 py-1 font-medium text-accent">
      <Eye size={15} aria-hidden className="shrink-0" />
      <span className="truncate">
        {listed(helpers.map(({ name }) => name))} {helpers.length === 1 ? "is" : "are"} looking
        <span className="max-md:sr-only"> at your terminal</span>
      </span>
    </span>
  );
}
