import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { clientAddress, clientNetwork, parseNetworks } from "../../app/front/client-address.ts";
import { isSecure, originsAt } from "../../app/front/origins.ts";
import { RateLimit } from "../../app/front/rate-limit.ts";

const ORIGINS = ["http://localhost:3000", "https://lab.example.org", "https://www.example.org:8443", "http://[::1]:3000"];

test("a host is the site's with the port that its origin has, and no other", () => {
  for (const [host, origin] of [
    ["localhost:3000", "http://localhost:3000"],
    ["LOCALHOST:3000", "http://localhost:3000"],
    ["lab.example.org", "https://lab.example.org"],
    ["lab.example.org:443", "https://lab.example.org"],
    ["www.example.org:8443", "https://www.example.org:8443"],
    ["[::1]:3000", "http://[::1]:3000"],
  ] as const)
    assert.deepEqual(originsAt(host, ORIGINS), [origin], host);
  for (const host of [
    undefined,
    "",
    "localhost",
    "localhost:3001",
    "lab.example.org:80",
    "lab.example.org.evil.example",
    "evil.example:3000",
    "user@localhost:3000",
    "localhost:3000/",
    "localhost:3000, evil.example",
    "127.0.0.1:3000",
  ])
    assert.deepEqual(originsAt(host, ORIGINS), [], host);
});

test("only a host that is reached by https alone is secure", () => {
  assert.equal(isSecure("lab.example.org", ORIGINS), true);
  assert.equal(isSecure("localhost:3000", ORIGINS), false);
  assert.equal(isSecure("evil.example", ORIGINS), false);
  assert.equal(isSecure("both.example", ["http://both.example", "https://both.example"]), false);
});

test("what a client writes into X-Forwarded-For itself counts for nothing", () => {
  const trusted = parseNetworks("127.0.0.0/8, ::1, 10.0.0.0/8");
  assert.equal(clientAddress("203.0.113.9", "198.51.100.1", trusted), "203.0.113.9");
  assert.equal(clientAddress("127.0.0.1", undefined, trusted), "127.0.0.1");
  assert.equal(clientAddress("127.0.0.1", "198.51.100.1, 203.0.113.9", trusted), "203.0.113.9");
  assert.equal(clientAddress("::ffff:127.0.0.1", "198.51.100.1, 203.0.113.9, 10.1.2.3", trusted), "203.0.113.9");
  assert.equal(clientAddress("::1", "2001:db8::7", trusted), "2001:db8::7");
  assert.equal(clientAddress("127.0.0.1", "203.0.113.9:4711", trusted), "203.0.113.9");
  assert.equal(clientAddress("127.0.0.1", "203.0.113.9, unknown", trusted), "127.0.0.1");
});

test("whatever stands in X-Forwarded-For, an address comes of it, and its network", () => {
  const trusted = parseNetworks("127.0.0.0/8,::1");
  const hop = fc.oneof(fc.ipV4(), fc.ipV6(), fc.string({ unit: "binary" }), fc.constant("127.0.0.1"));
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), fc.array(hop), (peer, hops) => {
      const address = clientAddress(peer, hops.join(","), trusted);
      assert.ok(address === peer || hops.some((each) => each.includes(address)) || peer.includes(address));
      assert.match(clientNetwork(address), /^[\d.]+$|^([0-9a-f]{1,4}:){3}[0-9a-f]{1,4}::\/64$/);
    }),
  );
});

test("an IPv6 client is its network of 64 bits, however it is written", () => {
  for (const address of ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::", "2001:0DB8:1:2::9", "2001:db8:1:2:3:4:1.2.3.4"])
    assert.equal(clientNetwork(address), "2001:db8:1:2::/64", address);
  assert.equal(clientNetwork("::1"), "0:0:0:0::/64");
  assert.equal(clientNetwork("203.0.113.9"), "203.0.113.9");
});

test("a list of networks with one that is none is refused", () => {
  for (const text of ["", "proxy", "10.0.0.0/33", "10.0.0.0/x", "::1/129", "10.0.0.0/8/8", "10.0.0.0/8,"])
    assert.throws(() => parseNetworks(text), /is no address or network/, text);
});

test("so many at once, and so many a second, each for itself", () => {
  const limit = new RateLimit({ burst: 3, perSecond: 2 });
  assert.deepEqual(
    [0, 0, 0, 0].map((now) => limit.take("ann", now)),
    [0, 0, 0, 0.5],
  );
  assert.equal(limit.take("ben", 0), 0);
  assert.equal(limit.take("ann", 499) > 0, true);
  assert.equal(limit.take("ann", 500), 0);
  assert.equal(limit.take("ann", 500) > 0, true);
  assert.deepEqual(
    [60_000, 60_000, 60_000].map((now) => limit.take("ann", now)),
    [0, 0, 0],
  );
});

test("in any stretch of time no more is allowed than the burst and what has become due", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 50 }),
      fc.array(fc.nat(400), { maxLength: 200 }),
      (burst, perSecond, steps) => {
        const limit = new RateLimit({ burst, perSecond });
        let now = 0;
        const allowed: number[] = [];
        for (const step of steps) {
          now += step;
          if (limit.take("one", now) === 0) allowed.push(now);
        }
        for (const [from, start] of allowed.entries())
          for (const [more, end] of allowed.slice(from).entries())
            assert.ok(more + 1 <= burst + ((end - start) / 1000) * perSecond + 1e-6);
      },
    ),
  );
});

test("of whom is kept something is bounded", () => {
  const limit = new RateLimit({ burst: 1, perSecond: 0.001 });
  assert.equal(limit.take("first", 0), 0);
  assert.ok(limit.take("first", 0) > 0);
  for (let other = 0; other < 20_000; other++) limit.take(`other ${other}`, 0);
  assert.equal(limit.take("first", 0), 0, "it was forgotten, as the one that came longest ago");
  assert.ok(limit.take("other 19999", 0) > 0, "the latest was not");
});
