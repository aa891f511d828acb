import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { attributesOf, messagesOf } from "../../lab-server/sandbox/kernel/netlink.ts";
import { askNamespaceId, parseAddress, parseLink, parseNamespaceId } from "../../lab-server/xray/read/network-messages.ts";

/** Captured on a host of Linux 6.18: a sandbox's own network namespace, with a bridge, one end of a veth pair in it, and a bridge of a strange name. */
const read = (file: string) => readFileSync(join(import.meta.dirname, "../fixtures/xray/network", file));

test("interfaces as the kernel lists them", () => {
  const links = messagesOf(read("links.bin"), 1).flatMap(({ body }) => parseLink(body) ?? []);
  const byName = Object.fromEntries(links.map((link) => [link.name, link]));
  assert.deepEqual(Object.keys(byName).sort(), ["br0", "e\\e[1m\\u{202e}", "lo", "v0"]);
  const { lo, br0, v0 } = byName;
  assert.deepEqual([lo?.kind, lo?.index, lo?.mtu, lo?.mac, lo?.up], ["loopback", 1, 65_536, "00:00:00:00:00:00", true]);
  assert.equal(br0?.kind, "bridge");
  assert.deepEqual([v0?.kind, v0?.master, v0?.up, v0?.running], ["veth", br0?.index, true, false]);
  assert.notEqual(v0?.link, undefined);
  assert.notEqual(v0?.linkNamespace, undefined);
  assert.match(v0?.mac ?? "", /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/);
  assert.equal(byName["e\\e[1m\\u{202e}"]?.kind, "bridge");
});

test("addresses, with the shortest way to write those of IPv6", () => {
  const addresses = messagesOf(read("addresses.bin"), 1).flatMap(({ body }) => parseAddress(body)?.address ?? []);
  for (const expected of ["127.0.0.1/8", "10.9.0.1/24", "::1/128", "fd00::5:0:0:1/64"])
    assert.ok(addresses.includes(expected), expected);
});

test("any address of IPv6 is written as everybody writes it", () => {
  const hextet = fc.oneof(fc.constant(0), fc.constant(0), fc.nat(0xffff));
  fc.assert(
    fc.property(fc.array(hextet, { minLength: 8, maxLength: 8 }), (groups) => {
      const body = Buffer.alloc(8 + 4 + 16);
      body.set([10, 64], 0);
      body.writeUInt16LE(20, 8);
      body.writeUInt16LE(1, 10);
      for (const [at, group] of groups.entries()) body.writeUInt16BE(group, 12 + 2 * at);
      const text = groups.map((group) => group.toString(16)).join(":");
      assert.equal(`[${parseAddress(body)?.address.replace("/64", "")}]`, new URL(`http://[${text}]`).hostname);
    }),
  );
});

test("messages of somebody else's question are not taken for an answer", () => {
  assert.deepEqual(messagesOf(read("links.bin"), 2), []);
});

test("parsers take any bytes", () => {
  const take = (bytes: Uint8Array) => {
    const buffer = Buffer.from(bytes);
    for (const { body } of [...messagesOf(buffer, 1), { body: buffer }]) {
      parseLink(body);
      parseAddress(body);
      parseNamespaceId(body);
      attributesOf(body);
    }
  };
  fc.assert(fc.property(fc.uint8Array({ maxLength: 500 }), take));
  const links = read("links.bin");
  fc.assert(
    fc.property(fc.nat(links.length - 1), fc.nat(255), fc.nat(links.length), (at, value, end) => {
      const spoilt = Buffer.from(links);
      spoilt[at] = value;
      take(spoilt.subarray(0, end));
    }),
  );
});

test("the question for a namespace's id is what its answer looks like", () => {
  const answer = askNamespaceId(7);
  answer.writeUInt16LE(1, 6);
  assert.equal(parseNamespaceId(answer), 7);
  answer.writeInt32LE(-1, 8);
  assert.equal(parseNamespaceId(answer), undefined);
});
