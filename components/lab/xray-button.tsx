"use client";
import { ScanEye } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useLab } from "./lab-context.tsx";
import { XRAY_PANE } from "./panes.ts";

/** Opens and closes the X-ray. On a phone it is a tab. */
export function XrayButton({ label, keys }: { label: string; keys?: string }) {
  const { xray } = useLab();
  return (
    <Tooltip label={label} {...(keys === undefined ? {} : { keys })}>
      <Button
        look="quiet"
        size="small"
        aria-expanded={xray.isOpen}
        aria-controls={xray.isOpen ? XRAY_PANE : undefined}
        className="aria-expanded:bg-muted aria-expanded:text-foreground max-md:hidden"
        onClick={() => xray.open(!xray.isOpen)}
      >
        <ScanEye size={16} aria-hidden />
        X-ray
      </Button>
    </Tooltip>
  );
}
