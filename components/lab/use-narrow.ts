import { useSyncExternalStore } from "react";

/** Where app/globals.css lays the panes over each other. */
const NARROW = "(width < 48rem)";

/** Whether the panes are tabs. On the server, which does not know, they are not. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    subscribe,
    () => matchMedia(NARROW).matches,
    () => false,
  );
}

function subscribe(changed: () => void): () => void {
  const media = matchMedia(NARROW);
  media.addEventListener("change", changed);
  return () => media.removeEventListener("change", changed);
}
