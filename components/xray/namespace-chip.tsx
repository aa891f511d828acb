import type { CSSProperties } from "react";
import type { NamespaceFact, NamespaceType } from "../../lab-server/protocol.ts";
import "./namespace-chip.css";
import { namespaceId } from "./namespace-id.ts";

/** The colour of a type of namespace, for whatever is drawn inside: `var(--kind)`. */
export function kindColour(type: NamespaceType | undefined): CSSProperties {
  return { "--kind": type === undefined ? "var(--border-strong)" : `var(--ns-${type})` } as CSSProperties;
}

/** A namespace by its name, in the colour of its type. Whoever draws it hears the click: `data-table` and `data-id` say on what. */
export function NamespaceChip({ namespace }: { namespace: NamespaceFact }) {
  return (
    <span
      className="namespace-chip"
      style={kindColour(namespace.type)}
      data-table="namespaces"
      data-id={namespaceId(namespace)}
      title={`Explain ${namespace.name}`}
    >
      {namespace.name}
    </span>
  );
}
