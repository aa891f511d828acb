/** The mounts of a sandbox, in each of its mount namespaces, as facts: mount_namespaces(7), proc_pid_mountinfo(5). */
import { closeSync, constants, openSync, readFileSync, readlinkSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { MOST_ROWS, type MountFact } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import type { Subject } from "../subject.ts";
import { unlessVanished } from "../vanished.ts";
import { deviceNumber, type MountLine, type OverlayLayers, parseMountLine, parseOverlayLayers } from "./mount-line.ts";
import { visibleBytes } from "./name.ts";
import type { NamespacePin } from "./namespace-holder.ts";
import { namespaceId } from "./process-files.ts";

/** Bytes that are read of one namespace's table: some four thousand mounts. */
const MOST_BYTES = 1024 * 1024;
/** Bytes after which a pass begins to read no further table; those that it did not come to are read first next time. */
const BYTES_A_PASS = 512 * 1024;
const LONGEST_OPTIONS = 2048;
/** Stands for a folder of the host. */
const HIDDEN = Buffer.from("…").toString("latin1");

/** An overlay and where it was seen first. Names are Latin-1, a character for each byte. */
export type OverlayMount = OverlayLayers & {
  /** Its device number, as in "0:57". */
  id: string;
  /** The one that the sandbox itself stands on: its layers are host paths. */
  sandbox: boolean;
  /** Where it is mounted, and whether all of it is (a bind mount may show a part). */
  point: string;
  whole: boolean;
  /** The mount namespace's id. */
  namespace: string;
  /** A process in that namespace. */
  hostPid: number;
};

type HeldNamespace = NamespacePin & { namespace: string };

export type MountReading = {
  mounts: Record<string, MountFact>;
  /** One for each file system, the sandbox's own first. */
  overlays: OverlayMount[];
  /** Mounts that hold a namespace, as `ip netns add` makes them, and the id of the mount namespace that each is in. */
  nsfs: HeldNamespace[];
  leftOut: number;
};

type Table = {
  bytes: Buffer;
  rows: [id: string, fact: MountFact][];
  overlays: OverlayMount[];
  nsfs: HeldNamespace[];
  readAt: number;
};

const buffer = Buffer.allocUnsafe(MOST_BYTES);

/** Reads one sandbox's mounts again and again. Rows of a table that did not change stay the same objects. */
export class MountReader {
  readonly #inside: Inside;
  readonly #initPid: number;
  readonly #own: OwnMounts;
  #tables = new Map<string, Table>();
  #pass = 0;

  /** Throws Node's error where the sandbox's file system is not there. */
  constructor({ initPid, files, cgroups }: Pick<Subject, "initPid" | "files" | "cgroups">, inside: Inside) {
    this.#inside = inside;
    this.#initPid = initPid;
    this.#own = new OwnMounts(files, cgroups);
  }

  /**
   * `holders` has a process for each mount namespace of the sandbox: mounts are seen from its root directory, so take one that is in no chroot
   * where there is one.
   */
  read(holders: ReadonlyMap<string, number>): MountReading {
    this.#pass++;
    const ordered = [...holders].sort(([, one], [, other]) => Number(other === this.#initPid) - Number(one === this.#initPid));
    const tables = new Map<string, Table>();
    let bytes = 0;
    for (const [namespace, pid] of this.#inTurn(ordered)) {
      const before = this.#tables.get(namespace);
      const table = bytes < BYTES_A_PASS ? unlessVanished(() => this.#read(namespace, pid, before)) : before;
      if (!table) continue;
      if (table.readAt === this.#pass) bytes += table.bytes.length;
      tables.set(namespace, table);
    }
    this.#tables = tables;
    return merge(ordered.flatMap(([namespace]) => tables.get(namespace) ?? []));
  }

  /** The sandbox's own namespace is read each time, of the others the one that was read longest ago comes first. */
  #inTurn(holders: readonly [string, number][]): [string, number][] {
    const readAt = (namespace: string) => this.#tables.get(namespace)?.readAt ?? 0;
    const [own, ...others] = holders;
    return own ? [own, ...others.sort(([one], [other]) => readAt(one) - readAt(other))] : [];
  }

  #read(namespace: string, pid: number, before: Table | undefined): Table | undefined {
    const folder = this.#inside.process(pid);
    let text: Buffer;
    try {
      if (namespaceId(readlinkSync(`/proc/self/fd/${folder}/ns/mnt`)) !== namespace) return undefined;
      text = readTable(`/proc/self/fd/${folder}/mountinfo`);
    } finally {
      closeSync(folder);
    }
    if (before?.bytes.equals(text)) {
      before.readAt = this.#pass;
      for (const each of [...before.overlays, ...before.nsfs]) each.hostPid = pid;
      return before;
    }
    const table: Table = { bytes: Buffer.from(text), rows: [], overlays: [], nsfs: [], readAt: this.#pass };
    for (const line of parseTable(text.toString("latin1"))) this.#add(table, line, namespace, pid);
    return table;
  }

  #add(table: Table, line: MountLine, namespace: string, hostPid: number): void {
    const { mount, device, root, point, type } = line;
    const isOverlay = type === "overlay";
    const fact = { ...this.#own.fact(line), namespace, ...(isOverlay ? { overlay: device } : {}) };
    table.rows.push([`${namespace}/${mount}`, fact]);
    if (isOverlay) {
      const sandbox = device === this.#own.overlay;
      const layers = sandbox ? this.#own.layers : parseOverlayLayers(line.superOptions);
      table.overlays.push({ ...layers, id: device, sandbox, point, whole: root === "/", namespace, hostPid });
    }
    if (type === "nsfs") table.nsfs.push({ namespace, point: visibleBytes(point), path: point, root, hostPid });
  }
}

function merge(tables: readonly Table[]): MountReading {
  const reading: MountReading = { mounts: {}, overlays: [], nsfs: tables.flatMap(({ nsfs }) => nsfs), leftOut: 0 };
  let room: number = MOST_ROWS.mounts;
  const overlays = new Map<string, OverlayMount>();
  for (const table of tables) {
    for (const [id, fact] of table.rows.slice(0, room)) reading.mounts[id] = fact;
    reading.leftOut += Math.max(0, table.rows.length - room) + (table.bytes.length === MOST_BYTES ? 1 : 0);
    room = Math.max(0, room - table.rows.length);
    for (const overlay of table.overlays) {
      const known = overlays.get(overlay.id);
      if (!known || (overlay.whole && !known.whole)) overlays.set(overlay.id, overlay);
    }
  }
  reading.overlays.push(...overlays.values());
  return reading;
}

/** At most MOST_BYTES. The bytes are good until the next call. */
function readTable(path: string): Buffer {
  const fd = openSync(path, constants.O_RDONLY);
  try {
    let length = 0;
    for (let count = -1; count !== 0 && length < MOST_BYTES; length += count)
      count = readSync(fd, buffer, length, MOST_BYTES - length, length);
    return buffer.subarray(0, length);
  } finally {
    closeSync(fd);
  }
}

/**
 * What a line of mountinfo would tell of the host: where the lab-server keeps the sandbox's layers, where the image lies on the host's disk, and
 * what the sandbox's group is called. Names of devices stay.
 */
class OwnMounts {
  /** Device number of the sandbox's own overlay. */
  readonly overlay: string;
  readonly layers: OverlayLayers;
  readonly #image: { device: string; root: string; name: string };
  readonly #folder: string;
  /** Paths of the sandbox's own group below the roots of its hierarchies. */
  readonly #groups: ReadonlySet<string>;

  constructor({ root, lower, upper, image }: Subject["files"], cgroups: Subject["cgroups"]) {
    this.overlay = deviceNumber(statSync(root).dev);
    this.layers = { lower: [lower], upper, work: null, xattrs: "trusted.overlay." };
    this.#folder = dirname(root);
    const host = parseTable(readFileSync("/proc/self/mountinfo", "latin1"));
    const mounted = host.find(({ point }) => point === lower);
    this.#image = { device: mounted?.device ?? deviceNumber(statSync(lower).dev), root: mounted?.root ?? "/", name: image };
    const points = host.filter(({ type }) => type === "cgroup" || type === "cgroup2").map(({ point }) => point);
    this.#groups = new Set(
      Object.values(cgroups).flatMap((group) =>
        points.filter((point) => isBelow(group, point)).map((point) => group.slice(point.length)),
      ),
    );
  }

  fact(line: MountLine): Omit<MountFact, "namespace"> {
    const clean = (text: string) => text.replaceAll(this.#folder, HIDDEN);
    return {
      mount: line.mount,
      parent: line.parent,
      point: visibleBytes(line.point),
      root: visibleBytes(this.#root(line)),
      type: visibleBytes(line.type),
      source: visibleBytes(clean(line.source)),
      options: visibleBytes(clean(`${line.options},${line.superOptions}`), LONGEST_OPTIONS),
      propagation: visibleBytes(line.propagation.join(" ") || "private"),
    };
  }

  #root({ device, root, type }: MountLine): string {
    if (type === "cgroup" || type === "cgroup2") {
      for (const group of this.#groups) if (isBelow(root, group)) return root.slice(group.length) || "/";
      return root;
    }
    const { device: disk, root: folder, name } = this.#image;
    if (device !== disk) return root;
    return isBelow(root, folder) ? `/${name}${folder === "/" ? root : root.slice(folder.length)}` : HIDDEN;
  }
}

function parseTable(text: string): MountLine[] {
  return text.split("\n").flatMap((line) => parseMountLine(line) ?? []);
}

function isBelow(path: string, folder: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}
