import type { Reference } from "../../lab-server/protocol.ts";

/** Name of the colour of a thing's kind; undefined where it has none. */
export function colourOf({ table, id }: Reference): string | undefined {
  switch (table) {
    case "namespaces":
      return `ns-${id.split(":")[0]}`;
    case "groups":
    case "usage":
      return "ns-cgroup";
    case "mounts":
    case "overlays":
    case "files":
      return "ns-mnt";
    case "interfaces":
      return "ns-net";
    case "processes":
      return undefined;
  }
}
