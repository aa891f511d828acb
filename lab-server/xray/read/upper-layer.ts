/**
 * What the upper layer of an overlay holds, kept from one look to the next: Documentation/filesystems/overlayfs.rst of the kernel.
 * A folder is listed again only when its times say that it changed. A walk that is longer than one look may cost goes on at the next.
 */
import type { Stats } from "node:fs";
import type { FileFact } from "../facts.ts";
import type { Folder, Found } from "./layer.ts";

/** Lower layers in which names are looked for; an overlay can have 500. */
const MOST_LOWER = 64;
/** Names of one folder that are looked at. */
const MOST_NAMES = 4096;

export type Entry = {
  /** In the merged tree, from "/"; Latin-1. */
  path: string;
  change: FileFact["change"];
  type: FileFact["type"];
  /** Bytes. With metacopy=on, a file whose contents were not copied up has its full size too. */
  size: number;
};

/** Something in a folder of the upper layer. `entry` is undefined where the product put it there. */
type Item = { stamp: string; entry: Entry | undefined; below: Lower | undefined };

/** Lower layers whose part of a folder is seen in the merged one, topmost first. */
type Lower = readonly number[];

type Known = { listing: string; lower: string; items: Map<string, Item>; walk: number };

/** The layers, open while they are looked at. */
export type OpenLayers = { upper: Folder; lower: readonly (Folder | undefined)[] };

/** Looks that may still be made, each of which costs a few microseconds, and entries that may still be kept. */
export type Allowance = { looks: number; entries: number };

export class UpperLayer {
  readonly #xattrs: string;
  readonly #isFurniture: (found: Stats) => boolean;
  readonly #folders = new Map<string, Known>();
  /** Folders that this walk has still to come to, and what lower layers show of each. */
  #queue: { path: string; lower: Lower }[] = [];
  #walk = 0;
  /** Whether something was not kept for want of room. */
  #isCut = false;

  /** `isFurniture` says of what in the upper layer the product itself has put there. */
  constructor(xattrs: string, isFurniture: (found: Stats) => boolean) {
    this.#xattrs = xattrs;
    this.#isFurniture = isFurniture;
  }

  /** Goes on with the walk, or begins a new one. Spends of `allowance`. */
  look(layers: OpenLayers, allowance: Allowance): void {
    if (this.#queue.length === 0) {
      this.#walk++;
      this.#isCut = false;
      this.#queue.push({ path: "", lower: [...layers.lower.keys()].slice(0, MOST_LOWER) });
    }
    while (allowance.looks > 0) {
      const next = this.#queue.shift();
      if (!next) break;
      this.#look(next.path, next.lower, layers, allowance);
    }
    if (this.#queue.length === 0)
      for (const [path, { walk }] of this.#folders) if (walk !== this.#walk) this.#folders.delete(path);
  }

  /** Whether the walk has come to everything, and everything was kept. */
  get isWhole(): boolean {
    return this.#queue.length === 0 && !this.#isCut;
  }

  /** How many things are kept. */
  get size(): number {
    let size = 0;
    for (const { items } of this.#folders.values()) size += items.size;
    return size;
  }

  /** Level by level. */
  *entries(): Generator<Entry> {
    for (const { items } of this.#folders.values()) for (const { entry } of items.values()) if (entry) yield entry;
  }

  #look(path: string, lower: Lower, layers: OpenLayers, allowance: Allowance): void {
    allowance.looks -= 2;
    using upper = layers.upper.folder(path);
    if (!upper) return;
    const before = this.#folders.get(path);
    const known: Known = { listing: listingOf(upper.stat()), lower: `${lower}`, items: new Map(), walk: this.#walk };
    const isListed = before !== undefined && known.listing !== UNSETTLED && before.listing === known.listing;
    const names = isListed ? [...before.items.keys()] : this.#names(upper, allowance, before);
    using beside = new LowerFolders(layers.lower, lower, path, this.#xattrs);
    for (const name of names) {
      const found = upper.look(name, this.#xattrs);
      allowance.looks--;
      // Gone, or hidden by a mount: then it comes back without a change of the folder.
      if (!found) known.listing = UNSETTLED;
      if (!found) continue;
      const below = path === "" ? name : `${path}/${name}`;
      const stamp = stampOf(found.stats);
      const old = before?.lower === known.lower ? before.items.get(name) : undefined;
      const item = old?.stamp === stamp ? old : this.#item(below, name, found, stamp, beside, allowance);
      known.items.set(name, item);
      if (item.below) this.#queue.push({ path: below, lower: item.below });
    }
    allowance.entries -= known.items.size - (before?.items.size ?? 0);
    // One that is there already keeps its place in the map's order.
    this.#folders.set(path, known);
  }

  #names(folder: Folder, { entries }: Allowance, before: Known | undefined): string[] {
    const most = Math.max(0, Math.min(MOST_NAMES, entries + (before?.items.size ?? 0)));
    const names = folder.names(most + 1);
    if (names.length > most) this.#isCut = true;
    return names.slice(0, most);
  }

  #item(path: string, name: string, found: Found, stamp: string, beside: LowerFolders, allowance: Allowance): Item {
    const { stats, isWhiteout, isOpaque } = found;
    const item = (change: Entry["change"], below?: Lower): Item => ({
      stamp,
      entry: this.#isFurniture(stats) ? undefined : { path: `/${path}`, change, type: typeOf(stats), size: stats.size },
      below,
    });
    if (isWhiteout) return item("whiteout");
    const { first, folders, looks } = beside.look(name);
    allowance.looks -= looks + 1;
    if (!stats.isDirectory()) return item(first && typeOf(first) === typeOf(stats) ? "copied" : "added");
    if (!first?.isDirectory()) return item("added", []);
    // The kernel marks new directories as opaque too, where they hide nothing: so it need not look below.
    return isOpaque ? item("opaque", []) : item("copied", folders);
  }
}

/** Stands for a listing that is to be made anew. */
const UNSETTLED = "";
/** Milliseconds. Clocks of file systems may stand still for a tick of the kernel's: what came in the same one would not be noticed. */
const TICK = 20;

function listingOf({ ino, mtimeMs, ctimeMs }: Stats): string {
  return Date.now() - Math.max(mtimeMs, ctimeMs) < TICK ? UNSETTLED : `${ino} ${mtimeMs} ${ctimeMs}`;
}

function stampOf({ ino, mode, ctimeMs, size }: Stats): string {
  return `${ino} ${mode} ${ctimeMs} ${size}`;
}

/** The folder of the same path in each lower layer, opened once it is needed. */
class LowerFolders implements Disposable {
  readonly #layers: OpenLayers["lower"];
  readonly #lower: Lower;
  readonly #path: string;
  readonly #xattrs: string;
  #folders: (Folder | undefined)[] | undefined;

  constructor(layers: OpenLayers["lower"], lower: Lower, path: string, xattrs: string) {
    this.#layers = layers;
    this.#lower = lower;
    this.#path = path;
    this.#xattrs = xattrs;
  }

  /** What the lower layers show by this name: the topmost, and those that show a part of it where it is a folder. */
  look(name: string): { first: Stats | undefined; folders: number[]; looks: number } {
    this.#folders ??= this.#lower.map((layer) => this.#layers[layer]?.folder(this.#path));
    let first: Stats | undefined;
    const folders: number[] = [];
    for (const [index, layer] of this.#lower.entries()) {
      const found = this.#folders[index]?.look(name, this.#xattrs);
      if (!found) continue;
      if (found.isWhiteout) break;
      const isFolder = found.stats.isDirectory();
      first ??= found.stats;
      if (isFolder) folders.push(layer);
      if (!isFolder || found.isOpaque) break;
    }
    return { first, folders, looks: this.#lower.length };
  }

  [Symbol.dispose](): void {
    for (const folder of this.#folders ?? []) folder?.[Symbol.dispose]();
  }
}

function typeOf(found: Stats): Entry["type"] {
  return found.isFile() ? "file" : found.isDirectory() ? "directory" : found.isSymbolicLink() ? "symlink" : "other";
}
