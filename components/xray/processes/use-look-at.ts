import { useCallback, useRef, useState } from "react";
import type { NamespaceType, Reference } from "../../../lab-server/protocol.ts";
import { NAMESPACE_TYPES } from "../../../lab-server/protocol.ts";
import { sameReference } from "../reference.ts";
import type { FocusTarget } from "../view.ts";
import type { LookAt } from "./layout.ts";

/**
 * The type of namespace that the learner looks at. A lesson that points at a type turns to it, and so does a namespace that was chosen
 * elsewhere, as in the timeline; one that was chosen here does not, since it would turn the picture under the learner's hand.
 */
export function useLookAt(focus: FocusTarget | undefined, selected: Reference | undefined) {
  const [look, setLook] = useState<LookAt>("pid");
  const [seenFocus, setSeenFocus] = useState<FocusTarget>();
  const [seenSelected, setSeenSelected] = useState<Reference>();
  const here = useRef<Reference>(undefined);

  if (focus !== seenFocus) {
    setSeenFocus(focus);
    if (focus?.namespace) setLook(focus.namespace);
  }
  if (!sameReference(selected, seenSelected)) {
    setSeenSelected(selected);
    const type = selected?.table === "namespaces" ? typeOf(selected.id) : undefined;
    if (type !== undefined && look !== "all" && !sameReference(here.current, selected)) setLook(type);
  }
  const chosenHere = useCallback((of: Reference | undefined) => {
    here.current = of;
  }, []);
  return { look, setLook, chosenHere };
}

function typeOf(id: string): NamespaceType | undefined {
  return NAMESPACE_TYPES.find((type) => id.startsWith(`${type}:`));
}
