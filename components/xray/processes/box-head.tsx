import { Pin } from "lucide-react";
import { NamespaceChip } from "../namespace-chip.tsx";
import { namespaceId } from "../namespace-id.ts";
import { count, mapWord, originWord, whyKept } from "../namespace-words.ts";
import type { Box, LookAt } from "./layout.ts";

/** What a box says of itself: the namespace's name, who made it, what holds it. */
export function BoxHead({ box, look }: { box: Box; look: LookAt }) {
  const { namespaces, processes, further, id, maker, owner, holds, isNew } = box;
  const [first] = namespaces;
  const users = first && mapWord(first);
  return (
    <div className="box-head">
      <div className="box-title">
        {look === "all" ? (
          namespaces.length === 0 ? (
            <b>the sandbox</b>
          ) : (
            namespaces.map((namespace) => <NamespaceChip key={namespaceId(namespace)} namespace={namespace} />)
          )
        ) : (
          <b>{first?.name ?? id}</b>
        )}
        {isNew && <span className="box-new">new</span>}
        {first && <span>{originWord(first, maker)}</span>}
        {owner?.origin === "made" && look !== "all" && look !== "user" && (
          <span className="box-owner">
            belongs to <NamespaceChip namespace={owner} />
          </span>
        )}
        {processes > 0 && (
          <span className="box-count">
            {count(processes, "process", "processes")}
            {further > 0 && `, ${further} further in`}
          </span>
        )}
      </div>
      {users && look === "user" && <p className="box-says">{users}</p>}
      {first && processes === 0 && <p className="box-says">{whyKept(first, holds)}</p>}
      {first && processes > 0 && first.pinned.length > 0 && (
        <p className="box-says">
          <Pin size={11} aria-hidden /> mounted at <span className="font-mono">{first.pinned.join(", ")}</span>
        </p>
      )}
    </div>
  );
}
