/** What the X-ray shows of mounts and layers, played in a real sandbox. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import type { Facts } from "../../lab-server/protocol.ts";
import { Lab } from "./harness.ts";
import { XrayPage } from "./xray-page.ts";

let lab: Lab;
before(async () => {
  lab = await Lab.start({ env: { UNBOXED_MAX_PER_LEARNER: "20" } });
});
after(() => lab[Symbol.asyncDispose]());

const fileOf = ({ files, overlays }: Facts, path: string, point: string) =>
  Object.values(files).find((row) => row.path === path && overlays[row.overlay]?.point === point);

test("the sandbox's own layers: copied up, new, whited out", async () => {
  const xray = await XrayPage.open(lab, "learner-own");
  const own = Object.values(xray.facts.overlays).find(({ sandbox }) => sandbox);
  assert.deepEqual([own?.point, own?.copied, own?.whiteouts], ["/", 0, 0]);
  await xray.run("echo more >> /etc/motd; echo new > /etc/new; rm /etc/issue");
  await xray.event("copied-up", /^\/etc\/motd was copied up \(\d+ B\)$/);
  await xray.event("file-added", /^\/etc\/new is new in the upper layer \(\d+ B\)$/);
  await xray.event("file-hidden", /^\/etc\/issue is hidden: the upper layer has a whiteout of that name$/);
  // What the event tells of the size is that of the moment: the file may just have been opened.
  await xray.until("the whole file", (facts) => fileOf(facts, "/etc/new", "/")?.size === 4);
  assert.equal(fileOf(xray.facts, "/etc/motd", "/")?.change, "copied");
  assert.equal(fileOf(xray.facts, "/etc/issue", "/")?.change, "whiteout");
});

test("an overlay that the learner mounts, with an opaque directory", async () => {
  const xray = await XrayPage.open(lab, "learner-overlay");
  await xray.run("cd; mkdir -p low/dir up work all; echo one > low/one; echo in > low/dir/in; echo old > up/there");
  // userxattr: a user namespace may write no other extended attributes, and a directory is opaque by one.
  const layers = "lowerdir=/root/low,upperdir=/root/up,workdir=/root/work,userxattr";
  await xray.run(`mount -t overlay overlay -o ${layers} all`);
  await xray.event("mounted", /^overlay was mounted on \/root\/all in mnt 1$/);
  await xray.until("its layers", ({ overlays }) => Object.values(overlays).some(({ point }) => point === "/root/all"));
  const overlay = Object.values(xray.facts.overlays).find(({ point }) => point === "/root/all");
  assert.deepEqual([overlay?.lower, overlay?.upper], [["/root/low"], "/root/up"]);
  const since = xray.next;
  await xray.run("echo two >> all/one; rm -r all/dir; mkdir all/dir");
  await xray.event("copied-up", /^\/one of the overlay on \/root\/all was copied up \(\d+ B\)$/, since);
  await xray.until("the whole file", (facts) => fileOf(facts, "/one", "/root/all")?.size === 8);
  await xray.until("the opaque directory", (facts) => fileOf(facts, "/dir", "/root/all")?.change === "opaque");
  assert(!xray.events.some(({ text }) => text.startsWith("/there")), "what was there before did not happen now");
  await xray.run("umount all");
  await xray.event("unmounted", /^\/root\/all was unmounted in mnt 1$/);
});

test("a mount in a mount namespace of its own is seen there alone", async () => {
  const xray = await XrayPage.open(lab, "learner-mount");
  await xray.run("unshare --mount bash");
  await xray.until("the namespace's mounts", ({ mounts, namespaces }) =>
    Object.values(mounts).some(({ namespace }) => namespaces[namespace]?.name === "mnt 2"),
  );
  await xray.run("mount -t tmpfs secret /mnt");
  await xray.event("mounted", /^tmpfs was mounted on \/mnt in mnt 2$/);
  const rows = Object.values(xray.facts.mounts).filter(({ point }) => point === "/mnt");
  assert.deepEqual(
    rows.map(({ namespace, source }) => [xray.facts.namespaces[namespace]?.name, source]),
    [["mnt 2", "secret"]],
  );
});
