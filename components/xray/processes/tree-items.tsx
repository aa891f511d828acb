import { type CSSProperties, memo } from "react";
import type { NamespaceFact } from "../../../lab-server/protocol.ts";
import { kindColour, NamespaceChip } from "../namespace-chip.tsx";
import { namespaceId } from "../namespace-id.ts";
import { count } from "../namespace-words.ts";
import { BoxHead } from "./box-head.tsx";
import type { Box, Branch, Elsewhere, Item, LookAt, More } from "./layout.ts";
import { ProcessRow } from "./process-row.tsx";
import { processSays } from "./words.ts";

/** What all parts of the tree need to know; the same object as long as it is the same. */
export type TreeContext = {
  look: LookAt;
  /** Table and id of what is chosen. */
  selected: string | undefined;
};

export function TreeItems({ items, context }: { items: readonly Item[]; context: TreeContext }) {
  return items.map((item) => (
    <ItemView key={item.kind === "process" ? item.process.pid : item.id} item={item} context={context} />
  ));
}

/** Not drawn again where its part of the picture is the same. */
const ItemView = memo(function ItemView({ item, context }: { item: Item; context: TreeContext }) {
  switch (item.kind) {
    case "box":
      return <BoxItem box={item} context={context} />;
    case "more":
      return <MoreItem more={item} />;
    case "elsewhere":
      return <ElsewhereItem elsewhere={item} />;
    case "process":
      return <ProcessItem branch={item} context={context} />;
  }
});

function Group({ items, context }: { items: readonly Item[]; context: TreeContext }) {
  if (items.length === 0) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the children of a treeitem are a group, and no fieldset
    <div role="group" className="process-group">
      <TreeItems items={items} context={context} />
    </div>
  );
}

function ProcessItem({
  branch: { process, from, differs, isUserKnown, isNew, items },
  context,
}: {
  branch: Branch;
  context: TreeContext;
}) {
  const id = String(process.pid);
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-selected={context.selected === `processes ${id}`}
      aria-label={processSays(process, differs, from)}
      data-table="processes"
      data-id={id}
      className="process-item"
    >
      <ProcessRow
        process={process}
        differs={differs.map(namespaceId).join(" ")}
        namespaces={differs}
        from={from}
        isUserKnown={isUserKnown}
        isNew={isNew}
      />
      <Group items={items} context={context} />
    </div>
  );
}

function BoxItem({ box, context }: { box: Box; context: TreeContext }) {
  const { namespaces } = box;
  const { look } = context;
  const [first] = namespaces;
  const id = first && namespaceId(first);
  const name = namespaces.map((namespace) => namespace.name).join(", ") || "the sandbox";
  return (
    <div
      role="treeitem"
      tabIndex={-1}
      aria-selected={id !== undefined && context.selected === `namespaces ${id}`}
      aria-label={`${name}, ${count(box.processes, "process", "processes")}${box.isNew ? ", new" : ""}`}
      className="namespace-item"
      {...(id === undefined ? {} : { "data-table": "namespaces", "data-id": id })}
    >
      <div
        className="namespace-box"
        style={look === "all" ? kindRails(namespaces) : kindColour(first?.type)}
        data-all={look === "all"}
        data-new={box.isNew}
        data-made={first?.origin === "made"}
        data-box={box.id}
      >
        <BoxHead box={box} look={look} />
        <Group items={box.items} context={context} />
      </div>
    </div>
  );
}

/** A rail down the side for each type that begins with this box. */
function kindRails(namespaces: readonly NamespaceFact[]): CSSProperties {
  const rails = namespaces.map(({ type }) => `linear-gradient(var(--ns-${type}), var(--ns-${type}))`);
  return {
    ...kindColour(undefined),
    backgroundImage: rails.join(", "),
    backgroundPosition: rails.map((_, index) => `${index * 4}px 0`).join(", "),
    paddingLeft: `calc(0.375rem + ${rails.length * 4}px)`,
  };
}

function MoreItem({ more: { id, comm, count: number, opened } }: { more: More }) {
  const text = opened
    ? `Show fewer ${comm ?? ""}`
    : comm === undefined
      ? `and ${count(number, "process", "processes")} further down`
      : `and ${number.toLocaleString("en")} more like it: ${comm}`;
  return (
    <div role="treeitem" tabIndex={-1} aria-selected={false} data-more={id} className="process-item">
      <div className="process-more">{text}</div>
    </div>
  );
}

function ElsewhereItem({ elsewhere: { namespaces, processes } }: { elsewhere: Elsewhere }) {
  const [first] = processes;
  return (
    <div role="treeitem" tabIndex={-1} aria-selected={false} data-go={first?.pid} className="process-item">
      <div className="process-elsewhere">
        <span aria-hidden>↳</span>
        <span>
          {processes.length === 1 && first ? `its child ${first.comm}` : `${processes.length} children`}
          {processes.length === 1 ? " is in " : " are in "}
        </span>
        {namespaces.map((namespace) => (
          <NamespaceChip key={namespaceId(namespace)} namespace={namespace} />
        ))}
        {namespaces.length === 0 && "another box"}
      </div>
    </div>
  );
}
