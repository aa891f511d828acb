"use client";
import { ScanEye } from "lucide-react";
import { useLab } from "../lab/lab-context.tsx";
import { targetName } from "../xray/target.ts";
import type { FocusTarget } from "../xray/view.ts";

/** Opens the X-ray where the text beside it is about. */
export function ShowInXray({ target }: { target: FocusTarget }) {
  const { xray } = useLab();
  return (
    <p>
      <button
        type="button"
        onClick={() => xray.point(target)}
        className="group inline-flex items-center gap-2 rounded-sm text-sm leading-snug text-muted-foreground hover:text-foreground"
      >
        <ScanEye size={16} aria-hidden className="shrink-0 text-accent" />
        <span className="underline decoration-border-strong underline-offset-[0.25em] group-hover:decoration-current">
          Show in the X-ray: {targetName(target) ?? target.view}
        </span>
      </button>
    </p>
  );
}
