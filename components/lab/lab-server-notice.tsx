"use client";
import { TriangleAlert } from "lucide-react";
import { useLab } from "./lab-context.tsx";

/** Says that the site could not reach the lab-server when it drew the page, until the page itself reaches it. */
export function LabServerNotice() {
  const { snapshot } = useLab();
  if (snapshot?.link.state === "open" || snapshot?.link.state === "preparing") return null;
  return (
    <p
      role="status"
      className="mb-8 flex gap-2.5 rounded-lg border border-border-strong bg-surface px-4 py-3 text-[0.9375rem] leading-snug"
    >
      <TriangleAlert size={17} aria-hidden className="mt-0.5 shrink-0 text-warning" />
      <span>
        The lab-server does not answer, so there is no sandbox for now. You can read on; the terminal connects by itself when it
        is back.
      </span>
    </p>
  );
}
