/** The views of the facts, in the order of their tabs, and which one shows a thing. */
import { lazy } from "react";
import type { Reference } from "../../lab-server/protocol.ts";
import type { View, ViewName } from "./view.ts";

export const VIEWS: readonly View[] = [
  {
    name: "processes",
    label: "Processes",
    count: ({ processes, leftOut }) => Object.keys(processes).length + (leftOut.processes ?? 0),
    Picture: lazy(() => import("./processes/picture.tsx")),
    Table: lazy(() => import("./processes/table.tsx")),
  },
  {
    name: "cgroups",
    label: "cgroups",
    count: ({ groups, leftOut }) => Object.keys(groups).length + (leftOut.groups ?? 0),
    Picture: lazy(() => import("./cgroups/picture.tsx")),
    Table: lazy(() => import("./cgroups/table.tsx")),
  },
  {
    name: "filesystems",
    label: "Filesystems",
    count: ({ overlays, leftOut }) => Object.keys(overlays).length + (leftOut.overlays ?? 0),
    Picture: lazy(() => import("./filesystems/picture.tsx")),
    Table: lazy(() => import("./filesystems/table.tsx")),
  },
  {
    name: "network",
    label: "Network",
    count: ({ interfaces, leftOut }) => Object.keys(interfaces).length + (leftOut.interfaces ?? 0),
    Picture: lazy(() => import("./network/picture.tsx")),
    Table: lazy(() => import("./network/table.tsx")),
  },
];

/** The view that draws a thing. */
export function viewOf({ table, id }: Reference): ViewName {
  switch (table) {
    case "processes":
      return "processes";
    case "namespaces":
      return id.startsWith("net:") ? "network" : "processes";
    case "groups":
    case "usage":
      return "cgroups";
    case "mounts":
    case "overlays":
    case "files":
      return "filesystems";
    case "interfaces":
      return "network";
  }
}
