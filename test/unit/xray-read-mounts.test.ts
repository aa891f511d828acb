import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { deviceNumber, type MountLine, parseMountLine, parseOverlayLayers } from "../../lab-server/xray/read/mount-line.ts";

const lines = (name: string): MountLine[] =>
  readFileSync(join(import.meta.dirname, "../fixtures/xray/mountinfo", `${name}.txt`), "latin1")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const parsed = parseMountLine(line);
      assert(parsed, line);
      return parsed;
    });
const at = (table: MountLine[], point: string): MountLine => {
  const line = table.find((each) => each.point === point);
  assert(line, point);
  return line;
};
const layersAt = (table: MountLine[], point: string) => parseOverlayLayers(at(table, point).superOptions);

test("mounts of a sandbox on v1: the overlay, groups, bind mounts, escapes", () => {
  const table = lines("sandbox-v1-linux-6.18");
  assert.deepEqual(at(table, "/opt/images/debian"), {
    mount: 102,
    parent: 101,
    device: "254:0",
    root: "/srv/images/debian",
    point: "/opt/images/debian",
    options: "ro,nodev,relatime,idmapped",
    propagation: [],
    type: "ext4",
    source: "/dev/vda",
    superOptions: "rw",
  });
  assert.equal(at(table, "/sys/fs/cgroup/memory").superOptions, "rw,memory");
  assert.deepEqual(layersAt(table, "/root/o/m"), {
    lower: ["/root/o/l:1", "/root/o/l,2"],
    upper: "/root/o/u p",
    work: "/root/o/w\\x",
    xattrs: "user.overlay.",
  });
  assert.deepEqual(layersAt(table, "/root/o/m3"), {
    lower: ["/root/o/l3", "/root/o/u2"],
    upper: null,
    work: null,
    xattrs: "trusted.overlay.",
  });
});

test("mounts on v2: propagation, names with spaces, held namespaces, overlays of an older kernel", () => {
  const table = lines("v2-linux-6.1");
  const memory = at(table, "/mnt/a b");
  assert.deepEqual([memory.source, memory.type, memory.propagation], ["tm pfs", "tmpfs", ["shared:103"]]);
  assert.equal(at(table, "/mnt/ns").root, "net:[4026532264]");
  assert.equal(layersAt(table, "/o/m2").upper, "/o/x:y,z");
  assert.deepEqual(layersAt(table, "/o/m3").lower, ["l1", "l2"]);
});

test("layers: one by one, and those that hold only data", () => {
  assert.deepEqual(
    parseOverlayLayers("rw,lowerdir+=/a:b,lowerdir+=/c\\134d").lower,
    ["/a:b", "/c\\134d"].map((path) => path.replace("\\134", "\\")),
  );
  assert.deepEqual(parseOverlayLayers("ro,lowerdir=/a:/b::/data1::/data2").lower, ["/a", "/b"]);
  assert.deepEqual(parseOverlayLayers("rw"), { lower: [], upper: null, work: null, xattrs: "trusted.overlay." });
});

test("what is no line is none", () => {
  for (const line of ["", "1 2 3", "36 35 98:0 /a /b rw", "x 35 98:0 / / rw - t s o", "36 35 98:0 / / rw - t"])
    assert.equal(parseMountLine(line), undefined, line);
  // A device without a name, and hyphens where they mean nothing.
  assert.deepEqual(parseMountLine("36 35 0:9 - - - - tmpfs  rw")?.source, "");
});

test("what the kernel escapes comes back as it was; nothing that is thrown at it throws", () => {
  const name = fc.uint8Array({ min: 1, minLength: 1, maxLength: 40 }).map((bytes) => Buffer.from(bytes).toString("latin1"));
  const mangle = (text: string, these: string) =>
    text.replace(/[\s\S]/g, (one) => (these.includes(one) ? `\\${one.charCodeAt(0).toString(8).padStart(3, "0")}` : one));
  fc.assert(
    fc.property(name, name, fc.array(name, { minLength: 1, maxLength: 4 }), (point, source, layers) => {
      const escaped = layers.map((layer) => layer.replace(/[\\:]/g, "\\$&"));
      const options = `rw,lowerdir=${mangle(escaped.join(":"), ", \t\n\\")},userxattr`;
      const line = `1 2 0:3 / ${mangle(point, " \t\n\\#")} rw shared:1 master:2 - overlay ${mangle(source, " \t\n\\#")} ${options}`;
      const parsed = parseMountLine(line);
      assert.deepEqual([parsed?.point, parsed?.source, parsed?.propagation], [point, source, ["shared:1", "master:2"]]);
      assert.deepEqual(parseOverlayLayers(parsed?.superOptions ?? "").lower, layers);
    }),
  );
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => void [parseMountLine(text), parseOverlayLayers(text)]));
});

test("device numbers are as makedev(3) has them", () => {
  assert.deepEqual([deviceNumber(0x2a), deviceNumber(0xfe00), deviceNumber(0x10000000 + 0x01)], ["0:42", "254:0", "0:65537"]);
});
