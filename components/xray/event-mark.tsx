import {
  ArrowLeftRight,
  Box,
  BoxSelect,
  Cable,
  CirclePlay,
  CircleStop,
  FilePlus2,
  Files,
  FileX2,
  Gauge,
  HardDrive,
  LogIn,
  type LucideIcon,
  Network,
  OctagonAlert,
  Snowflake,
  Unplug,
} from "lucide-react";
import type { EventKind, XrayEvent } from "../../lab-server/protocol.ts";
import { colourOf } from "./colour.ts";

const ICONS: Record<EventKind, LucideIcon> = {
  "process-started": CirclePlay,
  "process-ended": CircleStop,
  "process-became": ArrowLeftRight,
  "process-joined": LogIn,
  "root-changed": LogIn,
  "namespace-made": Box,
  "namespace-gone": BoxSelect,
  "group-made": Box,
  "group-gone": BoxSelect,
  "group-joined": LogIn,
  "controller-enabled": Gauge,
  "limit-set": Gauge,
  "limit-reached": Gauge,
  "oom-kill": OctagonAlert,
  throttled: Gauge,
  "fork-refused": OctagonAlert,
  frozen: Snowflake,
  thawed: Snowflake,
  mounted: HardDrive,
  unmounted: HardDrive,
  "copied-up": Files,
  "file-added": FilePlus2,
  "file-hidden": FileX2,
  "interface-made": Cable,
  "interface-gone": Unplug,
  "interface-changed": Cable,
  "address-set": Network,
  "address-gone": Network,
};

/** Events that hurt somebody. */
export const GRAVE: readonly EventKind[] = ["oom-kill", "fork-refused"];

/** The sort of an event, in the colour of what it is about. */
export function EventMark({ event }: { event: XrayEvent }) {
  const Icon = ICONS[event.kind];
  const [about] = event.about;
  const colour = GRAVE.includes(event.kind) ? "danger" : about && colourOf(about);
  return <Icon size={15} aria-hidden className="shrink-0" style={{ color: colour && `var(--${colour})` }} />;
}
