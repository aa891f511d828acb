/** Which namespaces a namespace belongs to: NS_GET_PARENT and NS_GET_USERNS of ioctl_ns(2). Neither ever changes. */
import { closeSync, fstatSync } from "node:fs";
import { ownerOf, parentOf } from "../../sandbox/kernel/namespace.ts";
import type { NamespaceType } from "../facts.ts";

export type Family = { type: NamespaceType; parent: string | null; owner: string | null };

/**
 * Learns the family of the namespace behind the descriptor `fd`, which stays open, and of all that these are nested in and owned by,
 * up to those that `known` has already; `learn` is told of each. Descriptors are open only meanwhile. Throws SystemCallError.
 */
export function learnFamily(
  fd: number,
  id: string,
  type: NamespaceType,
  known: (id: string) => boolean,
  learn: (id: string, family: Family) => void,
): void {
  const related = (open: (fd: number) => number | undefined, kind: NamespaceType): string | null => {
    const other = open(fd);
    if (other === undefined) return null;
    try {
      const otherId = `${kind}:${fstatSync(other).ino}`;
      if (!known(otherId)) learnFamily(other, otherId, kind, known, learn);
      return otherId;
    } finally {
      closeSync(other);
    }
  };
  const parent = type === "pid" || type === "user" ? related(parentOf, type) : null;
  // The owner of a user namespace is the one that it is nested in.
  const owner = type === "user" ? parent : related(ownerOf, "user");
  learn(id, { type, parent, owner });
}
