/** What the files of /proc/PID say. Texts are given as bytes, since a process's name may be any. */
import { readlinkSync } from "node:fs";
import { NAMESPACE_TYPES, type NamespaceType } from "../facts.ts";
import { unlessVanished } from "../vanished.ts";
import { visible } from "./name.ts";

export type Status = {
  comm: string;
  state: string;
  parent: number;
  /** Effective user id. */
  uid: number;
  threads: number;
  /** Its pid in each pid namespace, the reader's first. */
  pids: number[];
};

const FIELDS = /^(Name|State|PPid|Uid|Threads|NSpid):\t(.*)$/gm;

/** proc_pid_status(5). undefined where it is no such file. */
export function parseStatus(bytes: Uint8Array): Status | undefined {
  // One character a byte: the name's bytes come back as they were.
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  const found: Record<string, string> = {};
  for (const [, field = "", value = ""] of text.matchAll(FIELDS)) found[field] ??= value;
  const { Name, State, PPid, Uid, Threads, NSpid } = found;
  if (!Name || !State || !PPid || !Uid || !Threads || !NSpid) return undefined;
  const [parent, uid, threads] = [Number(PPid), Number(Uid.split("\t")[1]), Number(Threads)];
  const pids = NSpid.split("\t").map(Number);
  if (![parent, uid, threads, ...pids].every((value) => Number.isSafeInteger(value) && value >= 0)) return undefined;
  return { comm: unescapeName(Name), state: State.charAt(0), parent, uid, threads, pids };
}

/** The kernel writes a newline in a name as `\n` and a backslash as `\\`. */
function unescapeName(name: string): string {
  const bytes = Buffer.from(
    name.replace(/\\[n\\]/g, (pair) => (pair === "\\n" ? "\n" : "\\")),
    "latin1",
  );
  return visible(bytes);
}

/** When it started, clock ticks since boot: field 22 of proc_pid_stat(5). undefined where it is no such file. */
export function parseStart(stat: Uint8Array): number | undefined {
  const text = Buffer.from(stat.buffer, stat.byteOffset, stat.byteLength).toString("latin1");
  // Field 2 is the name in parentheses, and may hold parentheses and spaces itself.
  const end = text.lastIndexOf(")");
  const start = end === -1 ? Number.NaN : Number(text.slice(end + 2).split(" ")[19]);
  return Number.isSafeInteger(start) && start >= 0 ? start : undefined;
}

/** Arguments with spaces between them, proc_pid_cmdline(5); "" where there are none (a zombie; a kernel thread). */
export function parseCommand(cmdline: Uint8Array): string {
  const bytes = Buffer.from(cmdline);
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  for (let at = 0; at < end; at++) if (bytes[at] === 0) bytes[at] = 0x20;
  return visible(bytes.subarray(0, end));
}

/** "pid:4026531836" of the link "pid:[4026531836]", namespaces(7); undefined where it is something else. */
export function namespaceId(link: string): string | undefined {
  const [, type, inode] = /^([a-z_]+):\[(\d{1,16})\]$/.exec(link) ?? [];
  return type !== undefined && inode !== undefined ? `${type}:${inode}` : undefined;
}

/** Ids of the namespaces of the process whose folder under /proc is `folder`. A type that this kernel does not have is absent, and so is
 * what a zombie is in no more. */
export function namespacesOf(folder: string): Partial<Record<NamespaceType, string>> {
  const ids: Partial<Record<NamespaceType, string>> = {};
  for (const type of NAMESPACE_TYPES) {
    const id = unlessVanished(() => namespaceId(readlinkSync(`${folder}/ns/${type}`)));
    if (id !== undefined) ids[type] = id;
  }
  return ids;
}

/** Ids of those that the next child of the process will be in, where they are others than its own: unshare(2) of pid and time. */
export function namespacesForChildren(folder: string, own: Partial<Record<NamespaceType, string>>) {
  const ids: Partial<Record<"pid" | "time", string>> = {};
  for (const type of ["pid", "time"] as const) {
    // Not there before the first child of a new pid namespace: pid_namespaces(7).
    const link = unlessVanished(() => readlinkSync(`${folder}/ns/${type}_for_children`));
    const id = link === undefined ? undefined : namespaceId(link);
    if (id !== undefined && id !== own[type]) ids[type] = id;
  }
  return ids;
}
