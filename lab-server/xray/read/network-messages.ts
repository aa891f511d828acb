/** What rtnetlink(7) says of interfaces, their addresses and neighbouring namespaces. Numbers are of <linux/if_link.h> and its like. */
import { attributesOf } from "../../sandbox/kernel/netlink.ts";
import { visible } from "./name.ts";

export const RTM = { NEWLINK: 16, GETLINK: 18, NEWADDR: 20, GETADDR: 22, GETNSID: 90 } as const;

const IFLA = {
  ADDRESS: 1,
  IFNAME: 3,
  MTU: 4,
  LINK: 5,
  MASTER: 10,
  LINKINFO: 18,
  STATS64: 23,
  LINK_NETNSID: 37,
} as const;
const IFLA_INFO_KIND = 1;
const IFA = { ADDRESS: 1, LOCAL: 2 } as const;
const NETNSA = { NSID: 1, FD: 3 } as const;
const IFF = { UP: 0x1, RUNNING: 0x40 } as const;
const ARPHRD_LOOPBACK = 772;
const AF_INET = 2;
const AF_INET6 = 10;
/** The longest hardware address, MAX_ADDR_LEN. */
const MOST_MAC = 32;

export type Link = {
  index: number;
  name: string;
  kind: string;
  up: boolean;
  running: boolean;
  mac: string;
  mtu: number;
  /** Index of the interface that it is tied to: of a veth the other end, of a macvlan the one below. */
  link: number | undefined;
  /** By what id its namespace knows the one in which that is; undefined: its own. */
  linkNamespace: number | undefined;
  /** Index of the bridge, bond or the like that it is a port of. */
  master: number | undefined;
  received: number;
  sent: number;
};

/** A question for all: struct ifinfomsg, ifaddrmsg and rtgenmsg of AF_UNSPEC. */
export const ALL_LINKS = Buffer.alloc(16);
export const ALL_ADDRESSES = Buffer.alloc(8);

/** RTM_NEWLINK: struct ifinfomsg (family u8, padding, type u16, index i32, flags u32, change u32) and attributes. undefined where it is cut short. */
export function parseLink(body: Buffer): Link | undefined {
  if (body.length < 16) return undefined;
  const index = body.readInt32LE(4);
  const flags = body.readUInt32LE(8);
  const attributes = attributesOf(body.subarray(16));
  const name = attributes.get(IFLA.IFNAME);
  if (index < 1 || !name) return undefined;
  const kind = attributesOf(attributes.get(IFLA.LINKINFO) ?? Buffer.alloc(0)).get(IFLA_INFO_KIND);
  const usual = body.readUInt16LE(2) === ARPHRD_LOOPBACK ? "loopback" : "device";
  const counts = attributes.get(IFLA.STATS64);
  return {
    index,
    name: visible(withoutEnd(name)),
    kind: kind ? visible(withoutEnd(kind)) : usual,
    up: (flags & IFF.UP) !== 0,
    running: (flags & IFF.RUNNING) !== 0,
    mac: (attributes.get(IFLA.ADDRESS) ?? Buffer.alloc(0))
      .subarray(0, MOST_MAC)
      .toString("hex")
      .replace(/..(?=.)/g, "$&:"),
    mtu: number(attributes.get(IFLA.MTU)) ?? 0,
    link: number(attributes.get(IFLA.LINK)),
    linkNamespace: number(attributes.get(IFLA.LINK_NETNSID)),
    master: number(attributes.get(IFLA.MASTER)),
    received: counter(counts, 2),
    sent: counter(counts, 3),
  };
}

/** RTM_NEWADDR: struct ifaddrmsg (family, prefix length, flags, scope: u8 each; index u32) and attributes. undefined where it is no IP address. */
export function parseAddress(body: Buffer): { index: number; address: string } | undefined {
  if (body.length < 8) return undefined;
  const attributes = attributesOf(body.subarray(8));
  // Of a point-to-point interface, IFA_ADDRESS is the other end's.
  const bytes = attributes.get(IFA.LOCAL) ?? attributes.get(IFA.ADDRESS);
  const text = bytes && ipAddress(body.readUInt8(0), bytes);
  return text === undefined ? undefined : { index: body.readUInt32LE(4), address: `${text}/${body.readUInt8(1)}` };
}

/** RTM_GETNSID: by what id does this namespace know the one behind a descriptor? */
export function askNamespaceId(fd: number): Buffer {
  const body = Buffer.alloc(12);
  body.writeUInt16LE(8, 4);
  body.writeUInt16LE(NETNSA.FD, 6);
  body.writeInt32LE(fd, 8);
  return body;
}

/** The answer to that; undefined where it knows it by none. */
export function parseNamespaceId(body: Buffer): number | undefined {
  const id = number(attributesOf(body.subarray(4)).get(NETNSA.NSID));
  return id === undefined || id < 0 ? undefined : id;
}

function ipAddress(family: number, bytes: Buffer): string | undefined {
  if (family === AF_INET && bytes.length === 4) return bytes.join(".");
  if (family !== AF_INET6 || bytes.length !== 16) return undefined;
  const groups = Array.from({ length: 8 }, (_, at) => bytes.readUInt16BE(2 * at).toString(16)).join(":");
  // RFC 5952: "::" stands for the longest run of two or more zeros, the first of those that are as long.
  const runs = [...groups.matchAll(/\b0(?::0)+\b/g)].sort((a, b) => b[0].length - a[0].length);
  const [longest] = runs;
  if (!longest) return groups;
  const before = groups.slice(0, longest.index).replace(/:$/, "");
  const after = groups.slice(longest.index + longest[0].length).replace(/^:/, "");
  return `${before}::${after}`;
}

function number(value: Buffer | undefined): number | undefined {
  return value && value.length >= 4 ? value.readInt32LE(0) : undefined;
}

/** The counter at `place` of struct rtnl_link_stats64. */
function counter(counts: Buffer | undefined, place: number): number {
  return counts && counts.length >= 8 * (place + 1) ? Number(counts.readBigUInt64LE(8 * place)) : 0;
}

function withoutEnd(name: Buffer): Buffer {
  const end = name.indexOf(0);
  return end === -1 ? name : name.subarray(0, end);
}
