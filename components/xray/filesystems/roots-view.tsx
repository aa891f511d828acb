import { FolderRoot } from "lucide-react";
import type { ViewProps } from "../view.ts";
import { otherRoots } from "./roots.ts";

/** Who takes which directory for "/". */
export function RootsView({ facts, select }: Pick<ViewProps, "facts" | "select">) {
  const roots = otherRoots(facts);
  if (roots.length === 0) return null;
  return (
    <section aria-label="Roots">
      <h3 className="mb-1.5 text-[0.8125rem] font-semibold">Roots</h3>
      <ul className="flex flex-col gap-1.5">
        {roots.map(({ path, namespace, processes }) => (
          <li
            key={`${namespace} ${path}`}
            className="xray-new flex flex-wrap items-center gap-x-2 gap-y-1 rounded-lg border border-border bg-surface px-3 py-2 text-[0.8125rem]"
          >
            <FolderRoot aria-hidden="true" className="size-4 shrink-0" style={{ color: "var(--ns-mnt)" }} />
            <code className="font-mono font-semibold break-all">{path}</code>
            <span className="text-muted-foreground">
              {path === "/" ? "of" : "in"} {(namespace && facts.namespaces[namespace]?.name) ?? "a mount namespace"} is / for
            </span>
            {processes.slice(0, 6).map((process) => (
              <button
                key={process.pid}
                type="button"
                title={process.command}
                onClick={() => select({ table: "processes", id: String(process.pid) })}
                className="inline-flex h-6 items-center gap-1 rounded-sm border border-border-strong bg-background px-1.5 font-mono text-xs hover:border-accent"
              >
                {process.comm}
                <span className="text-muted-foreground">{process.pids[0]}</span>
              </button>
            ))}
            {processes.length > 6 && <span className="text-xs text-muted-foreground">and {processes.length - 6} more</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
