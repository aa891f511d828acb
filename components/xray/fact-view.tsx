import { Suspense } from "react";
import type { View, ViewProps } from "./view.ts";
import { ViewBoundary } from "./view-boundary.tsx";
import { VIEWS } from "./views.ts";

type FactViewProps = { name: View["name"]; asTable: boolean; props: ViewProps };

/** One view of the facts, as a picture or as a table. */
export function FactView({ name, asTable, props }: FactViewProps) {
  const view = VIEWS.find((view) => view.name === name);
  if (view === undefined) return null;
  const { label, Picture, Table } = view;
  return (
    <ViewBoundary key={`${name} ${asTable}`} label={label}>
      <Suspense fallback={<p className="search-wait p-5 text-sm text-muted-foreground">Loading the view…</p>}>
        {asTable ? <Table {...props} /> : <Picture {...props} />}
      </Suspense>
    </ViewBoundary>
  );
}
