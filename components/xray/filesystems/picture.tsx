import type { ViewProps } from "../view.ts";
import { stacksOf } from "./layers.ts";
import { MountsView } from "./mounts-view.tsx";
import { RootsView } from "./roots-view.tsx";
import { StackView } from "./stack-view.tsx";

/** Overlays as stacks of layers, the roots of processes, and the mounts of each mount namespace. */
export default function FilesystemsPicture({ facts, selected, select, focus }: ViewProps) {
  const stacks = stacksOf(facts);
  const isMissing = focus?.overlay !== undefined && !stacks.some(({ overlay }) => overlay.point === focus.overlay);
  return (
    <div className="@container flex flex-col gap-4 p-3">
      <section aria-label="Overlays" className="grid items-start gap-3 @2xl:grid-cols-2">
        {stacks.map((stack) => (
          <StackView
            key={stack.id}
            stack={stack}
            namespace={facts.namespaces[stack.overlay.namespace]?.name}
            focused={focus?.overlay === stack.overlay.point}
            selected={selected}
            select={select}
          />
        ))}
        {isMissing && (
          <p className="rounded-lg border border-dashed border-border-strong px-3 py-2.5 text-sm text-muted-foreground">
            The overlay at <code className="font-mono text-[0.8125rem]">{focus.overlay}</code> appears here when you mount it.
          </p>
        )}
      </section>
      <RootsView facts={facts} select={select} />
      <MountsView
        mounts={facts.mounts}
        all={facts.namespaces}
        leftOut={facts.leftOut.mounts}
        selected={selected}
        select={select}
      />
    </div>
  );
}
