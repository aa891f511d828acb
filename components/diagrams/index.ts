/** The drawings that a lesson can show with `<Diagram name="…" />`. */
import type { ComponentType } from "react";
import { EightNamespaces } from "./eight-namespaces.tsx";
import { MountPropagation } from "./mount-propagation.tsx";
import { PidMapping } from "./pid-mapping.tsx";
import { UidMapping } from "./uid-mapping.tsx";
import { VethPair } from "./veth-pair.tsx";

export const diagrams: Readonly<Record<string, ComponentType>> = {
  "eight-namespaces": EightNamespaces,
  "mount-propagation": MountPropagation,
  "pid-mapping": PidMapping,
  "uid-mapping": UidMapping,
  "veth-pair": VethPair,
};
