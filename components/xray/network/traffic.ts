/** Bytes that went through an interface a moment ago. */
import type { Facts } from "../../../lab-server/protocol.ts";

/** How long traffic stays marked after it was last seen, milliseconds: an eye must have time to find it. */
export const FLOWS_FOR = 1500;

export type Flow = { received: number; sent: number; at: number };
export type Flows = ReadonlyMap<string, Flow>;

export const NO_FLOWS: Flows = new Map();

/** What flowed between two moments, with what flowed a little while before. */
export function seeFlows(flows: Flows, before: Facts["interfaces"], after: Facts["interfaces"], at: number): Flows {
  const seen = new Map<string, Flow>();
  for (const [id, flow] of flows) if (at - flow.at < FLOWS_FOR && after[id]) seen.set(id, flow);
  if (before !== after) {
    for (const [id, row] of Object.entries(after)) {
      const old = before[id];
      if (!old || old === row) continue;
      const received = row.received - old.received;
      const sent = row.sent - old.sent;
      if (received > 0 || sent > 0) seen.set(id, { received: Math.max(0, received), sent: Math.max(0, sent), at });
    }
  }
  return seen;
}

/** Which way bytes go through a cable, seen from its first end. What one end sends the other receives, and one may not be seen. */
export function directionsOf(ends: readonly string[], flows: Flows): { there: boolean; back: boolean } {
  const [from, to] = ends.map((end) => flows.get(end));
  return { there: (from?.sent ?? 0) > 0 || (to?.received ?? 0) > 0, back: (from?.received ?? 0) > 0 || (to?.sent ?? 0) > 0 };
}
