"use client";
import { Play } from "lucide-react";
import { useLab } from "../lab/lab-context.tsx";
import { Button } from "../ui/button.tsx";

/** Types the code into the terminal in front, and goes there. */
export function RunButton({ code }: { code: string }) {
  const { ready, run } = useLab();
  return (
    <Button
      look="accent"
      size="small"
      aria-label="Run in terminal"
      disabled={!ready}
      title={ready ? undefined : "The terminal is not ready yet"}
      onClick={() => run(code)}
    >
      <Play size={13} fill="currentColor" aria-hidden />
      Run
    </Button>
  );
}
