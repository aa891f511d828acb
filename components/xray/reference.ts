import type { Reference } from "../../lab-server/protocol.ts";

export function sameReference(one: Reference | undefined, other: Reference | undefined): boolean {
  return one === other || (one !== undefined && one.table === other?.table && one.id === other.id);
}
