/** The service taken away again. */
import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import test from "node:test";
import { CONFIGURATION, PROGRAM, STATE } from "../../../cli/service/place.ts";
import { command, run } from "./product.ts";

test("uninstall-service ends everything and leaves the state", () => {
  command("uninstall-service");
  assert.deepEqual(globSync("/etc/systemd/system/**/unboxed{.target,-site*,-lab*}"), []);
  assert.equal(existsSync(PROGRAM), false);
  assert.deepEqual(globSync("/sys/fs/cgroup/unboxed/*/*/"), []);
  assert.doesNotMatch(readFileSync("/proc/self/mountinfo", "utf8"), / \/run\/unboxed\//);
  assert.doesNotMatch(run("losetup", "--list"), /\/var\/lib\/unboxed/);
  assert(existsSync(`${STATE}/database/unboxed.sqlite`) && existsSync(CONFIGURATION), "progress and secret are left");
});

test("uninstall-service --purge leaves nothing", () => {
  command("uninstall-service", "--purge");
  for (const path of [STATE, CONFIGURATION, PROGRAM]) assert.equal(existsSync(path), false, path);
  assert.doesNotMatch(readFileSync("/etc/passwd", "utf8"), /^unboxed:/m);
});
