/** Network interfaces of a sandbox, in each of its network namespaces: rtnetlink(7), veth(4). */
import { closeSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { RouteSocket } from "../../sandbox/kernel/netlink.ts";
import { type InterfaceFact, MOST_ROWS } from "../facts.ts";
import type { Inside } from "../open-inside.ts";
import { unlessUnreadable, unlessVanished } from "../vanished.ts";
import { type Holder, openHeld } from "./namespace-holder.ts";
import {
  ALL_ADDRESSES,
  ALL_LINKS,
  askNamespaceId,
  type Link,
  parseAddress,
  parseLink,
  parseNamespaceId,
  RTM,
} from "./network-messages.ts";
import { openSmall } from "./small-file.ts";

/** Bytes that are read of one namespace's interfaces, and of its addresses. An interface has some two thousand. */
const MOST_BYTES = 512 * 1024;
/** Addresses that a row names. */
const MOST_ADDRESSES = 16;

export type NetworkRead = { interfaces: Record<string, InterfaceFact>; leftOut: number };

/** A namespace while it is looked at. */
type Open = { id: string; fd: number; socket: RouteSocket; links: Link[]; addresses: Map<number, string[]> };

/** Reads in the calling thread, which goes into each namespace for a moment; so it is for a thread that does nothing else. */
export class NetworkReader implements Disposable {
  readonly #inside: Inside;
  /** The calling thread's own network namespace. */
  readonly #home = openSmall("/proc/thread-self/ns/net");
  /** By namespace and the id by which it knows another: that one. Ids do not change while both live. */
  #neighbours = new Map<string, string>();
  #rows: Record<string, InterfaceFact> = {};

  constructor(inside: Inside) {
    this.#inside = inside;
  }

  /** `holders` are those of network namespaces, the sandbox's own first (NamespaceReader's). A row in which nothing changed is the same object as last time. */
  read(holders: ReadonlyMap<string, Holder>): NetworkRead {
    const opened: Open[] = [];
    let left = 0;
    try {
      for (const [id, holder] of holders) {
        if (!id.startsWith("net:")) continue;
        const open = unlessUnreadable(() => this.#open(id, holder));
        if (open) opened.push(open);
      }
      let room: number = MOST_ROWS.interfaces;
      for (const open of opened) {
        left += Math.max(0, open.links.length - room);
        open.links.splice(room);
        room -= open.links.length;
      }
      this.#meetNeighbours(opened);
      this.#rows = this.#rowsOf(opened);
      return { interfaces: this.#rows, leftOut: left };
    } finally {
      for (const { fd, socket } of opened) {
        socket[Symbol.dispose]();
        closeSync(fd);
      }
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#home);
  }

  #open(id: string, holder: Holder): Open | undefined {
    const fd = openHeld(this.#inside, id, "net", holder);
    let socket: RouteSocket | undefined;
    try {
      if (this.#inside.owns(fd)) {
        socket = new RouteSocket(fd, this.#home);
        const open = { id, fd, socket, ...look(socket) };
        return open;
      }
    } catch (error) {
      socket?.[Symbol.dispose]();
      closeSync(fd);
      throw error;
    }
    closeSync(fd);
    return undefined;
  }

  /** Finds out which namespaces the cables lead to. */
  #meetNeighbours(opened: readonly Open[]): void {
    const known = new Map<string, string>();
    for (const { id, socket, links } of opened) {
      const ids = new Set(links.flatMap(({ linkNamespace }) => (linkNamespace === undefined ? [] : [linkNamespace])));
      const isMet = (number: number) => {
        const before = this.#neighbours.get(`${id}/${number}`);
        if (before === undefined || !opened.some((open) => open.id === before)) return false;
        known.set(`${id}/${number}`, before);
        return true;
      };
      const strangers = new Set([...ids].filter((number) => !isMet(number)));
      for (const other of strangers.size > 0 ? opened : []) {
        const number = unlessVanished(() => parseNamespaceId(socket.get(RTM.GETNSID, askNamespaceId(other.fd)).body));
        if (number !== undefined && strangers.has(number)) known.set(`${id}/${number}`, other.id);
      }
    }
    this.#neighbours = known;
  }

  #rowsOf(opened: readonly Open[]): Record<string, InterfaceFact> {
    const kinds = new Map(opened.flatMap(({ id, links }) => links.map(({ index, kind }) => [`${id}/${index}`, kind])));
    const rows: Record<string, InterfaceFact> = {};
    for (const { id, links, addresses } of opened) {
      for (const { link, linkNamespace, master, ...rest } of links) {
        const there = linkNamespace === undefined ? id : this.#neighbours.get(`${id}/${linkNamespace}`);
        const bridge = `${id}/${master}`;
        const row: InterfaceFact = {
          ...rest,
          namespace: id,
          addresses: addresses.get(rest.index) ?? [],
          peer: rest.kind === "veth" && link && there !== undefined ? `${there}/${link}` : null,
          bridge: kinds.get(bridge) === "bridge" ? bridge : null,
        };
        const before = this.#rows[`${id}/${rest.index}`];
        rows[`${id}/${rest.index}`] = before && isDeepStrictEqual(before, row) ? before : row;
      }
    }
    return rows;
  }
}

function look(socket: RouteSocket): Pick<Open, "links" | "addresses"> {
  const links = socket
    .dump(RTM.GETLINK, ALL_LINKS, MOST_BYTES)
    .flatMap(({ type, body }) => (type === RTM.NEWLINK ? (parseLink(body) ?? []) : []));
  const addresses = new Map<number, string[]>();
  for (const { type, body } of socket.dump(RTM.GETADDR, ALL_ADDRESSES, MOST_BYTES)) {
    const parsed = type === RTM.NEWADDR ? parseAddress(body) : undefined;
    if (!parsed) continue;
    const list = addresses.get(parsed.index) ?? [];
    if (list.length < MOST_ADDRESSES) list.push(parsed.address);
    addresses.set(parsed.index, list);
  }
  return { links, addresses };
}
