/** The drawings that a lesson can show with `<Diagram name="…" />`. */
import type { ComponentType } from "react";
import { CgroupVersions } from "./cgroup-versions.tsx";
import { ChrootEscape } from "./chroot-escape.tsx";
import { CopyOnWrite } from "./copy-on-write.tsx";
import { CpuThrottling } from "./cpu-throttling.tsx";
import { EightNamespaces } from "./eight-namespaces.tsx";
import { ImageLayers } from "./image-layers.tsx";
import { MemoryLimit } from "./memory-limit.tsx";
import { MountPropagation } from "./mount-propagation.tsx";
import { PidMapping } from "./pid-mapping.tsx";
import { PivotRoot } from "./pivot-root.tsx";
import { UidMapping } from "./uid-mapping.tsx";
import { VethPair } from "./veth-pair.tsx";

export const diagrams: Readonly<Record<string, ComponentType>> = {
  "cgroup-versions": CgroupVersions,
  "chroot-escape": ChrootEscape,
  "copy-on-write": CopyOnWrite,
  "cpu-throttling": CpuThrottling,
  "eight-namespaces": EightNamespaces,
  "image-layers": ImageLayers,
  "memory-limit": MemoryLimit,
  "mount-propagation": MountPropagation,
  "pid-mapping": PidMapping,
  "pivot-root": PivotRoot,
  "uid-mapping": UidMapping,
  "veth-pair": VethPair,
};
