/** The overlays of a sandbox, as stacks of layers with what the upper one holds, as facts: Documentation/filesystems/overlayfs.rst of the kernel. */
import type { Stats } from "node:fs";
import { type FileFact, MOST_ROWS, type OverlayFact } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import type { Subject } from "../subject.ts";
import type { OverlayMount } from "./mountinfo.ts";
import { visibleBytes } from "./name.ts";
import { type FoundLayers, LayerFinder } from "./overlay-layers.ts";
import { UniqueNames } from "./unique-names.ts";
import { type Allowance, type Entry, UpperLayer } from "./upper-layer.ts";

/** Looks that one reading may make, all overlays together: some 10 ms. */
const LOOKS = 2000;
/** Entries of upper layers that are kept of one sandbox, all overlays together. */
const MOST_ENTRIES = 20_000;
/** What the upper layer of the sandbox's own overlay is called: the learner has no path to it. */
const OWN_UPPER = "the sandbox's disk";

const NOT_FOUND =
  "Its upper layer could not be found: by the path that mount was given, it is not where it can be seen from outside now.";
const LOWER_NOT_FOUND = "Not every lower layer could be found by its path: what was copied up from it is shown as new.";

export type OverlayReading = {
  overlays: Record<string, OverlayFact>;
  files: Record<string, FileFact>;
  /** `files`: at least so many. */
  leftOut: { overlays: number; files: number };
};

type Known = {
  layers: string;
  upper: UpperLayer;
  names: UniqueNames;
  found: FoundLayers | undefined;
  unread: string | undefined;
};

/** Reads one sandbox's overlays again and again. Holds nothing open in between: a learner's umount(8) would find its file system busy. */
export class OverlayReader {
  readonly #subject: Pick<Subject, "files" | "createdAt">;
  readonly #finder: LayerFinder;
  #known = new Map<string, Known>();
  #first = 0;

  constructor(subject: Pick<Subject, "files" | "createdAt" | "initPid">, inside: Inside) {
    this.#subject = subject;
    this.#finder = new LayerFinder(subject, inside);
  }

  /** The overlays that MountReader found. What is too much for one reading is read by the next ones. */
  read(mounts: readonly OverlayMount[]): OverlayReading {
    const shown = mounts.slice(0, MOST_ROWS.overlays);
    const known = new Map(shown.map((mount) => [mount.id, this.#knownOf(mount)] as const));
    this.#known = known;
    const allowance: Allowance = { looks: LOOKS, entries: MOST_ENTRIES };
    for (const { upper } of known.values()) allowance.entries -= upper.size;
    // Who is first changes, so that one with a large upper layer does not take it all.
    this.#first = shown.length === 0 ? 0 : (this.#first + 1) % shown.length;
    for (const mount of [...shown.slice(this.#first), ...shown.slice(0, this.#first)]) {
      const it = known.get(mount.id);
      if (it && allowance.looks > 0) this.#look(mount, it, allowance);
    }
    const reading: OverlayReading = { overlays: {}, files: {}, leftOut: { overlays: mounts.length - shown.length, files: 0 } };
    // The learner's own first: they are few, and what the sandbox itself stands on may have changed in a thousand places.
    let room: number = MOST_ROWS.files;
    for (const mount of [...shown].sort((one, other) => Number(one.sandbox) - Number(other.sandbox))) {
      const it = known.get(mount.id);
      if (it) room = this.#add(reading, mount, it, room);
    }
    return reading;
  }

  #knownOf(mount: OverlayMount): Known {
    const layers = JSON.stringify([mount.lower, mount.upper, mount.xattrs]);
    const before = this.#known.get(mount.id);
    if (before?.layers === layers) return before;
    const { createdAt } = this.#subject;
    const upper = new UpperLayer(mount.xattrs, mount.sandbox ? (found) => isFurniture(found, createdAt) : () => false);
    return { layers, upper, names: new UniqueNames(), found: undefined, unread: undefined };
  }

  /** Goes on with the walk of the upper layer, and notes why layers cannot be looked at. */
  #look(mount: OverlayMount, known: Known, allowance: Allowance): void {
    known.unread = undefined;
    if (mount.upper === null) return;
    if (!mount.sandbox) known.found = this.#finder.find(mount, known.found);
    const open = mount.sandbox ? this.#finder.own() : known.found && this.#finder.open(mount, known.found);
    if (!open) {
      known.unread = NOT_FOUND;
      return;
    }
    try {
      known.upper.look(open, allowance);
      if (!open.lower.every((layer) => layer)) known.unread = LOWER_NOT_FOUND;
    } finally {
      open.upper[Symbol.dispose]();
      for (const layer of open.lower) layer?.[Symbol.dispose]();
    }
  }

  /** Adds an overlay's rows and returns what room is left for files. */
  #add(reading: OverlayReading, mount: OverlayMount, { upper, names, unread }: Known, room: number): number {
    const { id, sandbox, namespace } = mount;
    const { files } = this.#subject;
    const totals = { copied: 0, added: 0, whiteouts: 0, opaque: 0, bytes: 0 };
    const rows: Entry[] = [];
    for (const entry of upper.entries()) {
      totals[COUNTED[entry.change]]++;
      if (entry.type === "file" && entry.change !== "whiteout") totals.bytes += entry.size;
      if (rows.length < room) rows.push(entry);
      else reading.leftOut.files++;
    }
    if (!upper.isWhole) reading.leftOut.files++;
    names.keep(new Set(rows.map(({ path }) => path)));
    for (const entry of rows) {
      const path = names.of(entry.path);
      reading.files[`${id}:${path}`] = { overlay: id, path, change: entry.change, type: entry.type, size: entry.size };
    }
    reading.overlays[id] = {
      sandbox,
      point: visibleBytes(mount.point),
      namespace,
      lower: sandbox ? [files.image] : mount.lower.map((layer) => visibleBytes(layer)),
      upper: sandbox ? OWN_UPPER : mount.upper === null ? null : visibleBytes(mount.upper),
      work: sandbox || mount.work === null ? null : visibleBytes(mount.work),
      ...totals,
      ...(unread === undefined ? {} : { unread }),
    };
    return room - rows.length;
  }
}

const COUNTED = { copied: "copied", added: "added", whiteout: "whiteouts", opaque: "opaque" } as const;

/**
 * What the sandbox was made with (its names and the folders that they are in, see runc/root.ts) is none of the learner's doing. Neither of the
 * times can be set: a file's is that of its last change, a folder's is when it was made, since it changes with what is put into it.
 */
function isFurniture(found: Stats, createdAt: number): boolean {
  return (found.isDirectory() ? found.birthtimeMs : found.ctimeMs) <= createdAt;
}
