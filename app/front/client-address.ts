/** Who is at the other end, where proxies of the operator may stand between. */
import { BlockList, isIPv4, isIPv6 } from "node:net";

/** A list of addresses and networks, such as `10.0.0.0/8`. Throws a sentence that names the one that is none. */
export function parseNetworks(text: string): BlockList {
  const list = new BlockList();
  for (const network of text.split(",").map((part) => part.trim())) {
    const [address = "", prefix, ...more] = network.split("/");
    const bits = isIPv4(address) ? 32 : isIPv6(address) ? 128 : 0;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : Number.NaN;
    if (bits === 0 || more.length > 0 || !(length <= bits))
      throw new Error(`${JSON.stringify(network)} is no address or network such as 10.0.0.0/8`);
    list.addSubnet(address, length, bits === 32 ? "ipv4" : "ipv6");
  }
  return list;
}

/**
 * The client's address. `forwardedFor` is X-Forwarded-For, to which every proxy adds whom it heard from: it is read from its
 * end for as long as a trusted proxy wrote it, so that what a client writes there itself counts for nothing.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, trusted: BlockList): string {
  let address = plain(peer);
  for (const hop of (forwardedFor?.split(",") ?? []).reverse()) {
    if (!isIn(address, trusted)) break;
    const next = plain(hop.trim());
    if (!isIPv4(next) && !isIPv6(next)) break;
    address = next;
  }
  return address;
}

/** What counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that a network is given at the least (RFC 6177). */
export function clientNetwork(address: string): string {
  if (!isIPv6(address)) return address;
  // The URL standard's way to write an address has the groups of 16 bits in hexadecimal.
  const [before = "", after] = new URL(`http://[${address.split("%")[0]}]`).hostname.slice(1, -1).split("::");
  const head = before.split(":").filter((group) => group !== "");
  const tail = (after ?? "").split(":").filter((group) => group !== "");
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  return `${[...head, ...Array<string>(zeros).fill("0"), ...tail].slice(0, 4).join(":")}::/64`;
}

/** Without the mark of an IPv4 address on an IPv6 socket, and without the port that some proxies add. */
function plain(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  const bracketed = /^\[([0-9A-Fa-f:.]+)\](?::\d+)?$/.exec(address)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(address)?.[1];
  return mapped ?? bracketed ?? withPort ?? address;
}

function isIn(address: string, list: BlockList): boolean {
  return (isIPv4(address) && list.check(address, "ipv4")) || (isIPv6(address) && list.check(address, "ipv6"));
}
