/** What the X-ray shows of networks, played in a real sandbox. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";

let lab: Lab;
before(async () => {
  lab = await Lab.start();
});
after(() => lab[Symbol.asyncDispose]());

test("a cable between two network namespaces, and a bridge", async () => {
  const xray = await XrayPage.open(lab, "learner-cable");
  await xray.run("ip netns add red; ip netns add blue");
  // `ip` is still in it when it is seen, or no longer.
  await xray.event("namespace-made", /\bnet 3 was made|made net 3$/);
  await xray.run("ip link add near type veth peer name far; sleep 0.3; ip link set near netns red; ip link set far netns blue");
  await xray.run("ip -n red addr add 10.0.0.1/24 dev near; ip -n red link set near up; ip -n blue link set far up");
  await xray.event("address-set", /^near in net \d has the address 10.0.0.1\/24 now$/);
  await xray.until("the cable", ({ interfaces }) =>
    Object.values(interfaces).some(({ name, running }) => name === "near" && running),
  );
  const { interfaces, namespaces } = xray.facts;
  const red = Object.entries(interfaces).find(([, { name }]) => name === "near");
  const blue = Object.entries(interfaces).find(([, { name }]) => name === "far");
  assert(red && blue);
  assert.deepEqual([red[1].peer, blue[1].peer], [blue[0], red[0]]);
  assert.deepEqual(
    [red[1], blue[1]].map(({ namespace }) => namespaces[namespace]?.pinned),
    [["/run/netns/red"], ["/run/netns/blue"]],
  );
  await xray.run("ip link add br0 type bridge; ip link add p type veth peer name q; ip link set p master br0");
  await xray.until("the port", (facts) =>
    Object.values(facts.interfaces).some(({ name, bridge }) => name === "p" && bridge !== null),
  );
  const port = Object.values(xray.facts.interfaces).find(({ name }) => name === "p");
  assert.equal(xray.facts.interfaces[port?.bridge ?? ""]?.name, "br0");
  await xray.run("ip netns del red");
  await xray.event("namespace-gone", /^net \d is gone/);
});
