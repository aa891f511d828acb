import assert from "node:assert/strict";
import test from "node:test";
import { layCables, type Plug } from "../../components/xray/network/lanes.ts";
import { directionsOf, FLOWS_FOR, NO_FLOWS, seeFlows } from "../../components/xray/network/traffic.ts";
import { type Interface, wire } from "../../components/xray/network/wiring.ts";
import { cableWord, interfaceSays, linkState, netnsName } from "../../components/xray/network/words.ts";
import type { Facts, InterfaceFact, NamespaceFact } from "../../lab-server/protocol.ts";
import { STORY } from "../fixtures/xray/story.ts";

const OWN = "net:4026533003";
const BLUE = "net:4026533110";

function withInterfaces(change: Record<string, Partial<InterfaceFact> | undefined>): Facts {
  const interfaces = { ...STORY.interfaces };
  for (const [id, own] of Object.entries(change)) {
    const [namespace = OWN, index = "1"] = id.split("/");
    if (own === undefined) delete interfaces[id];
    else
      interfaces[id] = {
        ...(STORY.interfaces[`${OWN}/4`] as InterfaceFact),
        namespace,
        index: Number(index),
        bridge: null,
        peer: null,
        ...interfaces[id],
        ...own,
      };
  }
  return { ...STORY, interfaces };
}

function named(interfaces: readonly Interface[]): string {
  return interfaces.map(({ fact: { name }, ports }) => (ports.length > 0 ? `${name}(${named(ports)})` : name)).join(" ");
}

test("the sandbox's own box first, ports below their bridge, one cable between the two ends", () => {
  const { boxes, cables } = wire(STORY);
  assert.deepEqual(
    boxes.map(({ namespace: { name }, interfaces, processes }) => `${name}: ${named(interfaces)}, ${processes}`),
    ["net 1: lo br0(veth0), 11", "net 2: lo eth0, 0"],
  );
  assert.deepEqual(cables, [{ id: `${OWN}/4 ${BLUE}/3`, ends: [`${OWN}/4`, `${BLUE}/3`], isUp: true }]);
});

test("a cable whose other end cannot be seen is loose, and one with an end that is down is not up", () => {
  const loose = wire(withInterfaces({ [`${BLUE}/3`]: undefined }));
  assert.deepEqual(loose.cables, [{ id: `${OWN}/4`, ends: [`${OWN}/4`], isUp: true }]);
  const down = wire(withInterfaces({ [`${BLUE}/3`]: { up: false } }));
  assert.equal(down.cables[0]?.isUp, false);
});

test("both ends may be in one namespace, as a pair is made", () => {
  const { cables } = wire(
    withInterfaces({
      [`${OWN}/8`]: { name: "a", peer: `${OWN}/9` },
      [`${OWN}/9`]: { name: "b", peer: `${OWN}/8` },
    }),
  );
  assert.equal(cables.filter(({ ends }) => ends.includes(`${OWN}/8`)).length, 1);
});

test("a box with nothing but lo is alone", () => {
  const facts = withInterfaces({ [`${BLUE}/3`]: undefined });
  assert.deepEqual(
    wire(facts).boxes.map(({ isAlone }) => isAlone),
    [false, true],
  );
});

test("bridges that name each other as ports are both drawn", () => {
  const { boxes } = wire(
    withInterfaces({
      [`${OWN}/20`]: { name: "x", kind: "bridge", bridge: `${OWN}/21` },
      [`${OWN}/21`]: { name: "y", kind: "bridge", bridge: `${OWN}/20` },
    }),
  );
  assert.match(named(boxes[0]?.interfaces ?? []), /x y$/);
});

test("words: state, cable, and the name that ip netns gives", () => {
  const [own, blue] = wire(withInterfaces({ [`${OWN}/4`]: { running: false } })).boxes;
  const bridge = own?.interfaces[1] as Interface;
  const port = bridge.ports[0] as Interface;
  assert.equal(linkState(port), "waiting");
  assert.equal(cableWord(port), "cable to eth0 in net 2");
  assert.equal(cableWord(bridge), undefined);
  assert.equal(interfaceSays(bridge), "br0, bridge, up, 10.0.0.1/24, bridge of veth0");
  assert.equal(netnsName(blue?.namespace as NamespaceFact), "blue");
  assert.equal(netnsName({ ...(blue?.namespace as NamespaceFact), pinned: ["/root/net", "/var/run/netns/red"] }), "red");
  assert.equal(netnsName({ ...(blue?.namespace as NamespaceFact), pinned: ["/run/netns/a/b"] }), undefined);
});

const gutter = { left: 100, right: 140 };
const plugs: ReadonlyMap<string, Plug> = new Map<string, Plug>([
  ["a", { x: 90, y: 10, side: "left" }],
  ["b", { x: 90, y: 50, side: "left" }],
  ["c", { x: 90, y: 90, side: "left" }],
  ["x", { x: 150, y: 10, side: "right" }],
  ["y", { x: 150, y: 30, side: "right" }],
  ["z", { x: 150, y: 200, side: "right" }],
]);

/** The lane of a cable: where it runs up or down. */
function laneOf(path: string): number {
  return Number(/Q([\d.]+)/.exec(path)?.[1]);
}

test("a cable between two plugs of one height is straight", () => {
  assert.deepEqual(layCables([{ id: "1", ends: ["a", "x"] }], plugs, gutter), [{ id: "1", path: "M90 10H150", end: undefined }]);
});

test("cables beside one another have lanes of their own within the gutter; above one another they share one", () => {
  const [first, second] = layCables(
    [
      { id: "1", ends: ["a", "z"] },
      { id: "2", ends: ["b", "y"] },
    ],
    plugs,
    gutter,
  );
  const lanes = [laneOf(first?.path ?? ""), laneOf(second?.path ?? "")];
  assert.notEqual(lanes[0], lanes[1]);
  for (const lane of lanes) assert.ok(lane > gutter.left && lane < gutter.right);
  const apart = layCables(
    [
      { id: "1", ends: ["a", "y"] },
      { id: "2", ends: ["c", "z"] },
    ],
    plugs,
    gutter,
  );
  assert.equal(laneOf(apart[0]?.path ?? ""), laneOf(apart[1]?.path ?? ""));
});

test("a cable from one side comes back to it", () => {
  const [run] = layCables([{ id: "1", ends: ["a", "c"] }], plugs, gutter);
  assert.match(run?.path ?? "", /^M90 10H.*H90$/);
});

test("a loose end hangs out into the gutter; a cable of which nothing is drawn is left out", () => {
  const runs = layCables(
    [
      { id: "1", ends: ["a"] },
      { id: "2", ends: ["z"] },
      { id: "3", ends: ["nowhere"] },
      { id: "4", ends: ["a", "nowhere"] },
    ],
    plugs,
    gutter,
  );
  assert.deepEqual(
    runs.map(({ id, end }) => [id, (end?.x ?? 0) - (id === "1" ? 90 : 150)]),
    [
      ["1", 16],
      ["2", -16],
    ],
  );
});

test("traffic stays marked for a moment, and a counter that begins anew is none", () => {
  const before = STORY.interfaces;
  const row = before[`${OWN}/4`] as InterfaceFact;
  const after = { ...before, [`${OWN}/4`]: { ...row, sent: row.sent + 98, received: 0 } };
  const flows = seeFlows(NO_FLOWS, before, after, 1000);
  assert.deepEqual([...flows], [[`${OWN}/4`, { received: 0, sent: 98, at: 1000 }]]);
  assert.equal(seeFlows(flows, after, after, 1000 + FLOWS_FOR - 1).size, 1);
  assert.equal(seeFlows(flows, after, after, 1000 + FLOWS_FOR).size, 0);
  assert.deepEqual(directionsOf([`${OWN}/4`, `${BLUE}/3`], flows), { there: true, back: false });
  assert.deepEqual(directionsOf([`${BLUE}/3`, `${OWN}/4`], flows), { there: false, back: true });
});
