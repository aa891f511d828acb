/**
 * The files that a row was read from, as they are now. What the page names is a row; which files that means is found here,
 * in facts that were read, and never in what the page said.
 */
import { closeSync, openSync, readlinkSync, readSync } from "node:fs";
import { dirname } from "node:path";
import { type Facts, NAMESPACE_TYPES, type NamespaceType, type ProcessFact, type RawFile, type Reference } from "./facts.ts";
import type { Inside } from "./open-inside.ts";
import { COUNTERS_V1, SETTINGS_V1 } from "./read/cgroup-v1.ts";
import { COUNTERS_V2, SETTINGS_V2 } from "./read/cgroup-v2.ts";
import { asBytes } from "./read/group-files.ts";
import { visible, visibleBytes } from "./read/name.ts";
import type { Subject } from "./subject.ts";
import { unlessVanished } from "./vanished.ts";

/** Bytes of a file that are shown. */
const MOST_SHOWN = 4096;
/** Bytes of a table, such as mountinfo, in which a row's line is looked for. */
const MOST_SEARCHED = 1024 * 1024;

export type RawSource = {
  subject: Subject;
  inside: Inside;
  facts: Facts;
  /** Where a group's files are, by hierarchy, and its path: characters that are bytes. */
  locate: (group: string) => { path: string; directories: Readonly<Record<string, string>> } | undefined;
};

/** None where the row is gone. */
export function rawFiles(source: RawSource, { table, id }: Reference): RawFile[] {
  const { facts } = source;
  if (!Object.hasOwn(facts[table], id)) return [];
  switch (table) {
    case "processes":
      return ofProcess(source, facts.processes[id]);
    case "namespaces":
      return ofNamespace(source, id);
    case "groups":
    case "usage":
      return ofGroup(source, id, table);
    case "mounts":
      return mountLine(source, facts.mounts[id]);
    case "overlays":
      return mountLine(source, mountOf(facts, id));
    case "files":
      return mountLine(source, mountOf(facts, facts.files[id]?.overlay));
    case "interfaces":
      return ofInterface(source, id);
  }
}

function ofProcess(source: RawSource, process: ProcessFact | undefined): RawFile[] {
  return inProcess(source, process, (file, link) => [
    file("status"),
    file("cmdline"),
    file("cgroup"),
    link("root"),
    ...NAMESPACE_TYPES.map((type) => link(`ns/${type}`)),
  ]);
}

function ofNamespace(source: RawSource, id: string): RawFile[] {
  const namespace = source.facts.namespaces[id];
  if (!namespace) return [];
  const { type } = namespace;
  const member = memberOf(source.facts, type, id);
  const pin = Object.values(source.facts.mounts).find(({ root }) => root === `${type}:[${namespace.inode}]`);
  if (!member) return mountLine(source, pin);
  return inProcess(source, member, (file, link) => [
    link(`ns/${type}`),
    ...(type === "user" ? [file("uid_map"), file("gid_map")] : []),
    ...(type === "pid" ? [link("ns/pid_for_children")] : []),
  ]);
}

function ofGroup({ subject, locate }: RawSource, id: string, table: "groups" | "usage"): RawFile[] {
  const group = locate(id);
  if (!group) return [];
  const isFirst = subject.cgroup === 1;
  const names = table === "groups" ? (isFirst ? SETTINGS_V1 : SETTINGS_V2) : isFirst ? COUNTERS_V1 : COUNTERS_V2;
  const below = group.path === "/" ? "" : group.path;
  const files = Object.entries(group.directories).flatMap(([hierarchy, directory]) => {
    const controllers = isFirst ? [names[hierarchy] ?? []] : Object.values(names);
    const here = [...(table === "groups" ? ["cgroup.procs"] : []), ...controllers.flat()];
    const mount = isFirst ? `/sys/fs/cgroup/${hierarchy}` : "/sys/fs/cgroup";
    return here.map((file) => readRaw(`${directory}/${file}`, `${mount}${below}/${file}`));
  });
  return files.flatMap((file) => file ?? []);
}

/** The line of mountinfo that is the mount's, as one of the processes in its namespace has it. */
function mountLine(source: RawSource, mount: Facts["mounts"][string] | undefined): RawFile[] {
  const member = mount && memberOf(source.facts, "mnt", mount.namespace);
  if (!mount || !member) return [];
  return inProcess(source, member, (file) => {
    const whole = file("mountinfo", MOST_SEARCHED);
    const line = whole?.text.split("\n").find((one) => one.startsWith(`${mount.mount} `));
    return whole && line !== undefined
      ? [{ ...whole, text: line.slice(0, MOST_SHOWN), truncated: line.length > MOST_SHOWN }]
      : [];
  });
}

function mountOf({ mounts }: Facts, overlay: string | undefined): Facts["mounts"][string] | undefined {
  return Object.values(mounts).find((mount) => mount.overlay !== undefined && mount.overlay === overlay);
}

function ofInterface(source: RawSource, id: string): RawFile[] {
  const row = source.facts.interfaces[id];
  const member = row && memberOf(source.facts, "net", row.namespace);
  return inProcess(source, member, (file) => [file("net/dev"), file("net/if_inet6"), file("net/fib_trie")]);
}

function memberOf({ processes }: Facts, type: NamespaceType, id: string): ProcessFact | undefined {
  return Object.values(processes).find(({ namespaces, state }) => namespaces[type] === id && state !== "Z");
}

type Read = (name: string, most?: number) => RawFile | undefined;

/** Reads below a process's folder in /proc, which stays that process's while it is open. */
function inProcess(
  { subject, inside }: RawSource,
  process: ProcessFact | undefined,
  read: (file: Read, link: Read) => (RawFile | undefined)[],
): RawFile[] {
  const folder = process && unlessVanished(() => inside.process(process.pid));
  if (!process || folder === undefined) return [];
  try {
    const [pid] = process.pids;
    const paths = (name: string) => ({
      path: `/proc/${process.pid}/${name}`,
      inside: pid === undefined ? null : `/proc/${pid}/${name}`,
    });
    const shown = (text: string) => scrub(subject, text);
    const file: Read = (name, most) => {
      const raw = readRaw(`/proc/self/fd/${folder}/${name}`, "", most);
      return raw && { ...raw, ...paths(name), text: shown(raw.text) };
    };
    const link: Read = (name) => {
      const text = unlessVanished(() => readlinkSync(`/proc/self/fd/${folder}/${name}`));
      return text === undefined ? undefined : { ...paths(name), text: shown(visible(text)), truncated: false };
    };
    return read(file, link).flatMap((one) => one ?? []);
  } finally {
    closeSync(folder);
  }
}

/** `path` is in Latin-1 where a learner chose its name. undefined where it has vanished or cannot be read. */
function readRaw(path: string, inside: string, most = MOST_SHOWN): RawFile | undefined {
  return unlessVanished(() => {
    const fd = openSync(asBytes(path), "r");
    try {
      const bytes = Buffer.allocUnsafe(most + 1);
      let length = 0;
      for (let count = -1; count !== 0 && length < bytes.length; length += count)
        count = readSync(fd, bytes, length, bytes.length - length, length);
      const text = bytes.toString("utf8", 0, Math.min(length, most));
      return {
        path: visibleBytes(path),
        inside: visibleBytes(inside),
        text: seen(text),
        truncated: length > most,
      };
    } finally {
      closeSync(fd);
    }
  });
}

/** Lines stay lines, the zero bytes between arguments are spaces, and what cannot be seen is an escape. */
function seen(text: string): string {
  return text.replaceAll("\0", " ").replace(UNSEEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}
const UNSEEN = /(?![\n\t])[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** Where on the host the lab-server keeps a sandbox is nothing to learn from: paths begin at the sandbox's own folder and group. */
function scrub({ cgroups, files }: Subject, text: string): string {
  const group = Object.values(cgroups)[0]?.split("/").slice(-3).join("/");
  const clean = text.replaceAll(dirname(files.root), "…");
  return group === undefined ? clean : clean.replaceAll(`/${group}`, "").replace(/^(\d+:[^:\n]*:)$/gm, "$1/");
}
