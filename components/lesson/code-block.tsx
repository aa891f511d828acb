import type { ReactNode } from "react";
import { CopyButton } from "./copy-button.tsx";
import { RunButton } from "./run-button.tsx";

/** A block of code with its buttons. `run` puts the one that types it into the terminal. */
export function CodeBlock({ code, run = false, children }: { code: string; run?: boolean; children: ReactNode }) {
  return (
    <div className="code flex items-start rounded-lg border border-border bg-surface" data-run={run || undefined}>
      <div className="min-w-0 flex-1 [&>pre]:px-4 [&>pre]:py-3">{children}</div>
      <div className="flex shrink-0 items-center gap-0.5 p-1.5">
        {run && <RunButton code={code} />}
        <CopyButton text={code} />
      </div>
    </div>
  );
}
