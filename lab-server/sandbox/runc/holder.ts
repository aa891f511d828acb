/** Where the process that holds terminals (lab-server/holder/) is on the host, and how it ends. */
import { rm } from "node:fs/promises";
import { cgroupsOf, removeCgroups } from "./cgroups.ts";
import type { HostFacts } from "./host.ts";
import { HOLDER, type Layout } from "./layout.ts";

/** systemd ends what is in a service's groups of these hierarchies when it stops the service. */
const OF_SERVICES = ["unified", "systemd"];

/** The cgroups that it is put into. */
export function holderGroups(host: HostFacts, layout: Layout): string[] {
  const groups = Object.entries(cgroupsOf(host, layout, HOLDER));
  const ofServices = groups.filter(([controller]) => OF_SERVICES.includes(controller));
  // Without either there is no systemd, and any will do to find it again.
  return (ofServices.length > 0 ? ofServices : groups.slice(0, 1)).map(([, group]) => group);
}

/** Ends it, whoever started it, and with it every shell that it holds. Does nothing if there is none. */
export async function endHolder(host: HostFacts, layout: Layout): Promise<void> {
  await removeCgroups(host, layout, HOLDER);
  await rm(layout.holder, { recursive: true, force: true });
}
