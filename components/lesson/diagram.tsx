import { diagrams } from "../diagrams/index.ts";

/** A drawing by its name. */
export function DiagramByName({ name }: { name: string }) {
  const Diagram = Object.hasOwn(diagrams, name) ? diagrams[name] : undefined;
  if (Diagram) return <Diagram />;
  return (
    <p className="rounded-lg border border-dashed border-border-strong px-4 py-3 text-sm text-muted-foreground">
      There is no drawing called <code>{name}</code>. The drawings are {Object.keys(diagrams).join(", ") || "none yet"}.
    </p>
  );
}
