"use client";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";

/** Milliseconds that the button says what came of it. */
const FEEDBACK = 1600;

export function CopyButton({ text }: { text: string }) {
  const [state, setState] = useState<"idle" | "copied" | "refused">("idle");
  useEffect(() => {
    if (state === "idle") return;
    const timer = setTimeout(() => setState("idle"), FEEDBACK);
    return () => clearTimeout(timer);
  }, [state]);
  // Without HTTPS a browser may have no clipboard at all.
  const copy = () =>
    (navigator.clipboard ? navigator.clipboard.writeText(text) : Promise.reject()).then(
      () => setState("copied"),
      () => setState("refused"),
    );
  const label = { idle: "Copy", copied: "Copied", refused: "The browser does not allow copying here" }[state];
  return (
    <Tooltip label={label}>
      <Button look="quiet" size="icon" aria-label={label} onClick={copy}>
        {state === "copied" ? <Check size={15} className="text-success" aria-hidden /> : <Copy size={15} aria-hidden />}
      </Button>
    </Tooltip>
  );
}
