import type { NamespaceFact } from "../../lab-server/protocol.ts";

export function namespaceId({ type, inode }: Pick<NamespaceFact, "type" | "inode">): string {
  return `${type}:${inode}`;
}
