"use client";
import { CopyButton } from "../lesson/copy-button.tsx";
import { Dialog } from "../ui/dialog.tsx";

type Props = { link: string | undefined; title: string; children: string; onClose: () => void };

/** A link to hand over, shown once. */
export function LinkDialog({ link, title, children, onClose }: Props) {
  return (
    <Dialog open={link !== undefined} onOpenChange={(open) => !open && onClose()} title={title}>
      <p className="text-sm text-muted-foreground">{children}</p>
      <div className="mt-4 flex items-start gap-1 rounded-md border border-border bg-background py-1 pr-1 pl-3">
        <code className="min-w-0 flex-1 py-1.5 font-mono text-[0.8125rem] break-all select-all">{link}</code>
        <CopyButton text={link ?? ""} />
      </div>
    </Dialog>
  );
}
