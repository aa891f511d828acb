/** The drawings that a lesson can show with `<Diagram name="…" />`. */
import type { ComponentType } from "react";
import { BoxBridge } from "./box-bridge.tsx";
import { BoxSteps } from "./box-steps.tsx";
import { CgroupVersions } from "./cgroup-versions.tsx";
import { ChrootEscape } from "./chroot-escape.tsx";
import { ContainerTimeline } from "./container-timeline.tsx";
import { CopyOnWrite } from "./copy-on-write.tsx";
import { CpuThrottling } from "./cpu-throttling.tsx";
import { EightNamespaces } from "./eight-namespaces.tsx";
import { ImageLayers } from "./image-layers.tsx";
import { LxcParts } from "./lxc-parts.tsx";
import { MemoryLimit } from "./memory-limit.tsx";
import { MountPropagation } from "./mount-propagation.tsx";
import { NspawnMachines } from "./nspawn-machines.tsx";
import { PidMapping } from "./pid-mapping.tsx";
import { PivotRoot } from "./pivot-root.tsx";
import { TwoSides } from "./two-sides.tsx";
import { UidMapping } from "./uid-mapping.tsx";
import { VethPair } from "./veth-pair.tsx";
import { VmAndContainer } from "./vm-and-container.tsx";

export const diagrams: Readonly<Record<string, ComponentType>> = {
  "box-bridge": BoxBridge,
  "box-steps": BoxSteps,
  "cgroup-versions": CgroupVersions,
  "chroot-escape": ChrootEscape,
  "container-timeline": ContainerTimeline,
  "copy-on-write": CopyOnWrite,
  "cpu-throttling": CpuThrottling,
  "eight-namespaces": EightNamespaces,
  "image-layers": ImageLayers,
  "lxc-parts": LxcParts,
  "memory-limit": MemoryLimit,
  "mount-propagation": MountPropagation,
  "nspawn-machines": NspawnMachines,
  "pid-mapping": PidMapping,
  "pivot-root": PivotRoot,
  "two-sides": TwoSides,
  "uid-mapping": UidMapping,
  "veth-pair": VethPair,
  "vm-and-container": VmAndContainer,
};
