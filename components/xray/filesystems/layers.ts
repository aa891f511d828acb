/** An overlay as the stack of layers that it is, with what its upper layer holds. */
import type { Facts, FileFact, OverlayFact } from "../../../lab-server/protocol.ts";

export type Stack = {
  id: string;
  overlay: OverlayFact;
  /** What the upper layer holds, by path. */
  files: readonly FileFact[];
};

/** The learner's overlays first, by where they are mounted; the one that the sandbox stands on last. */
export function stacksOf({ overlays, files }: Pick<Facts, "overlays" | "files">): Stack[] {
  const byOverlay = Map.groupBy(Object.values(files), ({ overlay }) => overlay);
  return Object.entries(overlays)
    .map(([id, overlay]) => ({
      id,
      overlay,
      files: (byOverlay.get(id) ?? []).sort((one, other) => (one.path < other.path ? -1 : 1)),
    }))
    .sort(
      (one, other) =>
        Number(one.overlay.sandbox) - Number(other.overlay.sandbox) || (one.overlay.point < other.overlay.point ? -1 : 1),
    );
}

/** What happened to a file, in the words of the lessons. */
export const CHANGES: Readonly<Record<FileFact["change"], { word: string; means: string }>> = {
  copied: { word: "copied up", means: "changed: the whole file was copied up from a layer below first" },
  added: { word: "new", means: "made in the merged view; no layer below has it" },
  whiteout: { word: "hidden", means: "deleted in the merged view: a whiteout hides the file below" },
  opaque: { word: "opaque", means: "a directory that hides everything in the one below it" },
};

/** "2 copied up, 1 new, 1 hidden"; undefined where nothing was changed. */
export function changesInWords({ copied, added, whiteouts, opaque }: OverlayFact): string | undefined {
  const parts = [
    [copied, CHANGES.copied.word],
    [added, CHANGES.added.word],
    [whiteouts, CHANGES.whiteout.word],
    [opaque, CHANGES.opaque.word],
  ] as const;
  return (
    parts
      .filter(([count]) => count > 0)
      .map(([count, word]) => `${count} ${word}`)
      .join(", ") || undefined
  );
}
