import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import fc from "fast-check";
import { LONGEST_NAME } from "../../lab-server/xray/facts.ts";
import { insideOf, parseIdMap, sandboxMap, seenFrom } from "../../lab-server/xray/read/id-map.ts";
import { visible } from "../../lab-server/xray/read/name.ts";
import { namespaceId, parseCommand, parseStart, parseStatus } from "../../lab-server/xray/read/process-files.ts";

/** Captured on a host of Linux 6.18. */
const FIXTURES = join(import.meta.dirname, "../fixtures/xray/process");
const read = (process: string, file: string) => readFileSync(join(FIXTURES, process, file));

test("a process's status, its start and its arguments", () => {
  const stat = read("nested", "stat").toString().split(" ");
  const map = parseIdMap(read("first", "uid_map").toString());
  assert.deepEqual(parseStatus(read("nested", "status")), {
    comm: "sleep",
    state: "S",
    parent: Number(stat[3]),
    uid: map[0]?.outside,
    threads: 1,
    pids: [Number(stat[0]), 14, 2, 1],
  });
  assert.equal(parseStart(read("nested", "stat")), Number(stat[21]));
  assert.equal(parseCommand(read("nested", "cmdline")), "sleep 1111");
});

test("a name that looks like the rest of the file", () => {
  const status = parseStatus(read("hostile-name", "status"));
  assert.deepEqual([status?.comm, status?.state], ["a) Z (\\n\\\\e", "S"]);
  assert.equal(
    parseStart(read("hostile-name", "stat")),
    Number(read("hostile-name", "stat").toString().split(") S ")[1]?.split(" ")[18]),
  );
  assert.equal(parseCommand(read("hostile-name", "cmdline")), "/tmp/a) Z (\\n\\\\e 2222");
});

test("arguments that are no UTF-8, move the cursor and turn the direction of writing", () => {
  assert.equal(parseCommand(read("hostile-arguments", "cmdline")), "\ufffd\ufffd\\e[31m x\\n\\u{202e}txt 3333");
});

test("a zombie has a name and no arguments", () => {
  assert.equal(parseStatus(read("zombie", "status"))?.state, "Z");
  assert.equal(parseCommand(read("zombie", "cmdline")), "");
});

test("parsers take any bytes", () => {
  const bytes = fc.uint8Array({ maxLength: 2000 });
  const spoilt = fc.tuple(
    fc.constantFrom("status", "stat", "cmdline", "uid_map"),
    fc.nat(2000),
    fc.uint8Array({ maxLength: 40 }),
  );
  const take = (input: Uint8Array) => {
    parseStart(input);
    assert.ok(parseCommand(input).length <= LONGEST_NAME);
    const status = parseStatus(input);
    if (status) assert.ok([status.parent, status.uid, status.threads, ...status.pids].every(Number.isSafeInteger));
    for (const range of parseIdMap(Buffer.from(input).toString("latin1")))
      assert.ok(Object.values(range).every((value) => Number.isSafeInteger(value) && value >= 0));
  };
  fc.assert(fc.property(bytes, take));
  fc.assert(
    fc.property(spoilt, ([file, at, junk]) => {
      const whole = read("nested", file);
      take(Buffer.concat([whole.subarray(0, at), junk, whole.subarray(at)]));
    }),
  );
});

test("a name is never longer than a row has room for, and holds nothing that cannot be seen", () => {
  const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary", maxLength: 600 }), fc.uint8Array({ maxLength: 600 })), (name) => {
      const shown = visible(name);
      assert.ok(shown.length <= LONGEST_NAME);
      assert.ok(shown.isWellFormed());
      assert.doesNotMatch(shown, hidden);
      assert.equal(visible(shown), shown);
    }),
  );
  assert.equal(visible("a b/ä-漢.🙂"), "a b/ä-漢.🙂");
  assert.equal(visible("zero\u200bwidth\u00a0\u2066"), "zero\\u{200b}width\\xa0\\u{2066}");
  assert.equal(visible("x".repeat(LONGEST_NAME)), "x".repeat(LONGEST_NAME));
  assert.equal(visible("x".repeat(LONGEST_NAME + 1)), `${"x".repeat(LONGEST_NAME - 1)}…`);
});

test("links of namespaces", () => {
  assert.equal(namespaceId("net:[4026531840]"), "net:4026531840");
  for (const link of ["", "net:4026531840", "net:[]", "/etc/passwd", "net:[1]\n"]) assert.equal(namespaceId(link), undefined);
});

test("ids from the host's to the sandbox's to a nested user namespace's", () => {
  const sandbox = sandboxMap(1_000_000);
  const nested = parseIdMap("         0    1000100          1\n      1000    1001000        500\n");
  assert.equal(insideOf(sandbox, 1_000_100), 100);
  assert.equal(insideOf(sandbox, 0), null);
  assert.equal(insideOf(nested, 1_001_499), 1499);
  assert.equal(insideOf(nested, 1_001_500), null);
  assert.deepEqual(seenFrom(sandbox, nested), [
    { inside: 0, outside: 100, length: 1 },
    { inside: 1000, outside: 1000, length: 500 },
  ]);
  assert.deepEqual(seenFrom(sandbox, [{ inside: 0, outside: 0, length: 4_294_967_295 }]), []);
});
