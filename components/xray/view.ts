/** What the frame of the X-ray gives to each view, and what a view is. */
import type { ComponentType, LazyExoticComponent } from "react";
import type { Facts, NamespaceType, Reference, UsageFact } from "../../lab-server/protocol.ts";

export const VIEW_NAMES = ["processes", "cgroups", "filesystems", "network", "timeline"] as const;
export type ViewName = (typeof VIEW_NAMES)[number];

/** What a lesson points at: `<Xray focus="cgroups" group="demo" />`. At most one of the others is there. */
export type FocusTarget = {
  view: ViewName;
  /** The type of namespace to look at. */
  namespace?: NamespaceType | undefined;
  /** Path of a group below the sandbox's own, as in "/demo". */
  group?: string | undefined;
  /** Where an overlay is mounted. */
  overlay?: string | undefined;
  /** Name of an interface, in whatever namespace it is. */
  interface?: string | undefined;
};

/** What a group used at a moment; counters count from the group's beginning. */
export type Sample = { at: number; usage: UsageFact };

export type ViewProps = {
  /** What is to be drawn: now, or at the moment that the learner went back to. Rows that did not change are the same objects. */
  facts: Facts;
  /** The facts one change earlier, to show what changed. Undefined for the first ones. */
  before: Facts | undefined;
  /** The thing that the learner looks at, marked in the picture; it may be gone from the facts. */
  selected: Reference | undefined;
  /** Marks a thing and explains it; undefined: nothing. */
  select: (of: Reference | undefined) => void;
  /** A new object each time a lesson points at something. */
  focus: FocusTarget | undefined;
  /** What a group used until `at`, oldest first, for charts. */
  samples: (group: string) => readonly Sample[];
  /** When the facts were so: the lab-server's clock, milliseconds since the epoch. */
  at: number;
  /** False while the learner looks back: nothing in the picture moves. */
  live: boolean;
};

/** A view of the facts. Picture and table are the default exports of files of their own, loaded when they are first looked at. */
export type View = {
  name: Exclude<ViewName, "timeline">;
  label: string;
  /** How many there are of what it is about. */
  count: (facts: Facts) => number;
  Picture: LazyExoticComponent<ComponentType<ViewProps>>;
  /** Everything that the picture shows, as tables: FactTable. */
  Table: LazyExoticComponent<ComponentType<ViewProps>>;
};
