/** What keeps a namespace alive, and the way to it: a process that is in it, or a mount of it (namespaces(7), "Namespace lifetime"). */
import { closeSync, fstatSync, statfsSync } from "node:fs";
import { NSFS_MAGIC } from "../../sandbox/kernel/namespace.ts";
import type { NamespaceType } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import { NotInside } from "../vanished.ts";
import { openSmall } from "./small-file.ts";

/** A mount of a namespace's file: nsfs in mountinfo. */
export type NamespacePin = {
  /** Where it is, in the mount namespace of process `hostPid`: fit to be shown, and its bytes as Latin-1. */
  point: string;
  path: string;
  /** "net:[4026532501]". */
  root: string;
  hostPid: number;
};

export type Holder = { pid: number /** Its children will be in it; it is not. */; forChildren: boolean } | { pin: NamespacePin };

/**
 * Descriptor of the namespace `id` by what holds it; the caller closes it. While it is open the namespace lives on, so that is not for
 * long. Throws NotInside where that is another namespace by now, or Node's error or SystemCallError where it is gone.
 */
export function openHeld(inside: Inside, id: string, type: NamespaceType, holder: Holder): number {
  const fd = "pin" in holder ? openPin(inside, holder.pin) : openSmall(linkOf(type, holder));
  try {
    if (fstatSync(fd).ino === inodeOf(id) && statfsSync(`/proc/self/fd/${fd}`).type === NSFS_MAGIC) return fd;
    throw new NotInside("pin" in holder ? holder.pin.hostPid : holder.pid);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/** 4026532501 of "net:4026532501". */
export function inodeOf(id: string): number {
  return Number(id.slice(id.indexOf(":") + 1));
}

function openPin(inside: Inside, { path, hostPid }: NamespacePin): number {
  const root = inside.root(hostPid);
  try {
    return inside.open(root, Buffer.from(path, "latin1"), "file");
  } finally {
    closeSync(root);
  }
}

function linkOf(type: NamespaceType, { pid, forChildren }: { pid: number; forChildren: boolean }): string {
  return `/proc/${pid}/ns/${type}${forChildren ? "_for_children" : ""}`;
}
