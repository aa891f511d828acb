/** What the page says of a thing in the picture, from the facts alone. */
import type { Facts, Reference } from "../../../lab-server/protocol.ts";
import type { Explain, Explanation } from "./explanation.ts";
import { explainFile, explainMount, explainOverlay } from "./filesystem.ts";
import { explainGroup } from "./group.ts";
import { explainInterface } from "./interface.ts";
import { explainNamespace } from "./namespace.ts";
import { explainProcess } from "./process.ts";

/** Undefined where there is no such thing (any more). */
export function explain({ table, id }: Reference, facts: Facts): Explanation | undefined {
  switch (table) {
    case "processes":
      return of(facts.processes, explainProcess);
    case "namespaces":
      return of(facts.namespaces, explainNamespace);
    case "groups":
    case "usage":
      return of(facts.groups, explainGroup);
    case "mounts":
      return of(facts.mounts, explainMount);
    case "overlays":
      return of(facts.overlays, explainOverlay);
    case "files":
      return of(facts.files, explainFile);
    case "interfaces":
      return of(facts.interfaces, explainInterface);
  }

  function of<Row>(rows: Readonly<Record<string, Row>>, say: Explain<Row>): Explanation | undefined {
    const row = Object.hasOwn(rows, id) ? rows[id] : undefined;
    return row && say(row, facts, id);
  }
}
