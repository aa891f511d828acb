import assert from "node:assert/strict";
import test from "node:test";
import { changesInWords, stacksOf } from "../../components/xray/filesystems/layers.ts";
import { countBelow, isFurniture, type MountNode, mountTree } from "../../components/xray/filesystems/mount-tree.ts";
import { otherRoots } from "../../components/xray/filesystems/roots.ts";
import type { MountFact } from "../../lab-server/protocol.ts";
import { STORY } from "../fixtures/xray/story.ts";

const SANDBOX = "mnt:1";
const OTHER = "mnt:2";

function mount(namespace: string, id: number, parent: number, point: string, own: Partial<MountFact> = {}): [string, MountFact] {
  const fact = { namespace, mount: id, parent, point, root: "/", type: "tmpfs", source: "tmpfs", options: "rw" };
  return [`${namespace}/${id}`, { ...fact, propagation: "private", ...own }];
}

function outline(nodes: readonly MountNode[]): unknown[] {
  return nodes.map(({ mount: { point }, children }) => (children.length > 0 ? [point, outline(children)] : point));
}

test("a learner's overlay stands before the sandbox's own, each with the files of its upper layer by path", () => {
  const stacks = stacksOf(STORY);
  assert.deepEqual(
    stacks.map(({ overlay: { point }, files }) => [point, files.map(({ path }) => path)]),
    [
      ["/root/merged", ["/config", "/data.bin", "/greeting.txt", "/secret.txt"]],
      ["/", ["/etc/hostname", "/etc/motd", "/srv/data", "/tmp/note", "/usr/local/bin/app", "/var/lib/dpkg/status"]],
    ],
  );
  assert.deepEqual(
    stacks.map(({ overlay }) => changesInWords(overlay)),
    ["1 copied up, 1 new, 1 hidden, 1 opaque", "2 copied up, 3 new, 1 hidden"],
  );
});

test("mounts hang below the mount that they are on; one whose parent cannot be seen stands at the top", () => {
  const mounts = Object.fromEntries([
    mount(SANDBOX, 1, 0, "/"),
    mount(SANDBOX, 2, 1, "/proc"),
    mount(SANDBOX, 3, 2, "/proc/sys"),
    mount(SANDBOX, 4, 99, "/mnt"),
    mount(OTHER, 5, 1, "/elsewhere"),
  ]);
  assert.deepEqual(outline(mountTree(mounts, SANDBOX, SANDBOX)), [["/", [["/proc", ["/proc/sys"]]]], "/mnt"]);
});

test("a mount that is its own parent ends nobody in a circle", () => {
  assert.deepEqual(outline(mountTree(Object.fromEntries([mount(SANDBOX, 1, 1, "/")]), SANDBOX, SANDBOX)), ["/"]);
});

test("in another mount namespace what the sandbox does not have is marked, its copies are not", () => {
  const mounts = Object.fromEntries([
    mount(SANDBOX, 1, 0, "/"),
    mount(OTHER, 10, 0, "/"),
    mount(OTHER, 11, 10, "/mnt"),
    mount(OTHER, 12, 10, "/proc"),
    mount(OTHER, 13, 12, "/proc/mine"),
  ]);
  const [root] = mountTree(mounts, OTHER, SANDBOX);
  assert.ok(root);
  assert.equal(root.own, false);
  assert.deepEqual(
    root.children.map(({ mount: { point }, own }) => [point, own]),
    [
      ["/mnt", true],
      ["/proc", true],
    ],
  );
  assert.equal(countBelow(root), 3);
  const proc = root.children[1];
  assert.equal(proc && isFurniture(proc), false, "what is the learner's own is never folded away");
});

test("what lies under another mount of the same point is covered", () => {
  const mounts = Object.fromEntries([mount(SANDBOX, 1, 0, "/"), mount(SANDBOX, 2, 1, "/mnt"), mount(SANDBOX, 3, 2, "/mnt")]);
  const [root] = mountTree(mounts, SANDBOX, SANDBOX);
  assert.deepEqual(
    root?.children.map(({ mount: { mount: id }, covered }) => [id, covered]),
    [
      [2, true],
      [3, false],
    ],
  );
});

test("a thousand mounts on one point, or one in the other, make no picture that is a thousand boxes deep", () => {
  const depth = (nodes: readonly MountNode[]): number => 1 + Math.max(0, ...nodes.map(({ children }) => depth(children)));
  const count = (nodes: readonly MountNode[]): number => nodes.reduce((sum, node) => sum + 1 + countBelow(node), 0);
  const numbers = Array.from({ length: 1_000 }, (_, index) => index + 2);
  const root = mount(SANDBOX, 1, 0, "/");
  const stacked = Object.fromEntries([root, ...numbers.map((id) => mount(SANDBOX, id, id - 1, "/mnt"))]);
  const nested = Object.fromEntries([root, ...numbers.map((id) => mount(SANDBOX, id, id - 1, "/a".repeat(id)))]);
  const inStack = Object.fromEntries([...Object.entries(stacked), mount(SANDBOX, 2_000, 1_001, "/mnt/inside")]);
  for (const mounts of [stacked, nested, inStack]) {
    const tree = mountTree(mounts, SANDBOX, SANDBOX);
    assert.equal(count(tree), Object.keys(mounts).length, "none is left out");
    assert(depth(tree) < 20, `${depth(tree)}`);
  }
  const [top] = mountTree(inStack, SANDBOX, SANDBOX);
  assert.deepEqual(
    top?.children.at(-1)?.children.map(({ mount: { point } }) => point),
    ["/mnt/inside"],
  );
});

test("the sandbox's own /proc, /sys and /dev fold", () => {
  const mounts = Object.fromEntries([
    mount(SANDBOX, 1, 0, "/"),
    mount(SANDBOX, 2, 1, "/sys"),
    mount(SANDBOX, 3, 2, "/sys/fs/cgroup"),
  ]);
  const [sys] = mountTree(mounts, SANDBOX, SANDBOX)[0]?.children ?? [];
  assert.equal(sys && isFurniture(sys), true);
});

test("a chroot jail is a root of its own, and so is the root of another mount namespace", () => {
  assert.deepEqual(
    otherRoots(STORY).map(({ path, processes }) => [path, processes.map(({ comm }) => comm)]),
    [
      ["/", ["bash", "unshare"]],
      ["/", ["bash", "sleep"]],
      ["/root/jail", ["sh"]],
    ],
  );
});
