/** Mounts and overlays of a real sandbox as the X-ray reads them. Needs root. */
import assert from "node:assert/strict";
import { dirname } from "node:path";
import { after, before, test } from "node:test";
import { MOST_ROWS } from "../../lab-server/xray/facts.ts";
import { Inside } from "../../lab-server/xray/open-inside.ts";
import { GroupReader } from "../../lab-server/xray/read/cgroup.ts";
import { MountReader } from "../../lab-server/xray/read/mountinfo.ts";
import { OverlayReader } from "../../lab-server/xray/read/overlay.ts";
import type { Subject } from "../../lab-server/xray/subject.ts";
import { Trial } from "./sandbox-trial.ts";
import { commandOf, mountHolders, mountNamespace, subject, waitFor } from "./xray-subject.ts";

let trial: Trial;
let id: string;
let seen: Subject;
let inside: Inside;
let groups: GroupReader;
let mounts: MountReader;
let overlays: OverlayReader;
before(async () => {
  trial = await Trial.open();
  id = await trial.create();
  seen = await subject(trial, id);
  inside = new Inside(seen);
  groups = new GroupReader(seen);
  mounts = new MountReader(seen, inside);
  overlays = new OverlayReader(seen, inside);
});
after(async () => {
  groups?.[Symbol.dispose]();
  inside?.[Symbol.dispose]();
  await trial?.[Symbol.asyncDispose]();
});

const sh = (script: string) => trial.sh(id, script);
const pids = () => [...groups.read().members.keys()];
const readMounts = () => mounts.read(mountHolders([seen.initPid, ...pids()]));
const mountsAt = (point: string) => Object.values(readMounts().mounts).filter((mount) => mount.point === point);
/** Everything that an overlay's upper layer holds, by path: its change and type. */
function layersAt(point: string) {
  const { overlays: found, files, leftOut } = overlays.read(readMounts().overlays);
  const [key, overlay] = Object.entries(found).find(([, each]) => each.point === point && each.sandbox === (point === "/")) ?? [];
  assert(overlay, `There is no overlay at ${point}.`);
  const own = Object.values(files).filter((file) => file.overlay === key);
  return { ...overlay, leftOut, files: Object.fromEntries(own.map(({ path, change, type }) => [path, `${change} ${type}`])) };
}
/** Starts a program that stays, in the background. */
async function stay(script: string, command: string): Promise<number> {
  await sh(`${script} < /dev/null &> /dev/null &`);
  return waitFor(() => pids().find((pid) => commandOf(pid) === command), `The process ${command}`);
}

test("the sandbox's mounts are there, and none of the host's paths", () => {
  const reading = readMounts();
  const rows = Object.values(reading.mounts);
  const root = rows.find(({ point }) => point === "/");
  assert.equal(root?.type, "overlay");
  assert.equal(root?.namespace, mountNamespace(seen.initPid));
  assert.equal(rows.find(({ point }) => point === "/opt/images/debian")?.root, "/debian");
  assert(rows.filter(({ type }) => type.startsWith("cgroup")).every(({ root }) => root === "/"));
  const told = JSON.stringify(rows);
  for (const secret of [dirname(seen.files.root), trial.stateFolder, trial.instance, id]) assert(!told.includes(secret), secret);
  assert.equal(reading.leftOut, 0);
});

test("nothing of what the sandbox was made with is a change of the learner's, until the learner changes it", async () => {
  const fresh = layersAt("/");
  assert.deepEqual(fresh.files, {});
  assert.deepEqual(
    { sandbox: fresh.sandbox, lower: fresh.lower, copied: fresh.copied, added: fresh.added, bytes: fresh.bytes },
    { sandbox: true, lower: ["debian"], copied: 0, added: 0, bytes: 0 },
  );
  await sh("echo 10.0.0.1 box >> /etc/hosts; echo hello > /etc/greeting; rm /usr/bin/clear; chmod 700 /usr/bin/tput");
  const now = layersAt("/");
  assert.deepEqual(now.files, {
    "/etc/hosts": "copied file",
    "/etc/greeting": "added file",
    "/usr": "copied directory",
    "/usr/bin": "copied directory",
    "/usr/bin/clear": "whiteout other",
    "/usr/bin/tput": "copied file",
  });
  assert.deepEqual({ whiteouts: now.whiteouts, added: now.added }, { whiteouts: 1, added: 1 });
  assert(!JSON.stringify(now).includes(dirname(seen.files.root)));
});

/** Lower layers `one` (the top) and `two`, upper and work in `folder`, mounted at `folder`/merged. */
const demo = (folder: string, options: string) => `
  mkdir -p ${folder} && cd ${folder} && mkdir -p one/d two/d two/gone one/sub upper work merged
  echo a > one/a; echo b > two/d/b; echo c > one/d/c; echo x > two/gone/x; echo s > one/sub/s
  mount -t overlay overlay -o userxattr,${options} merged
  cd merged
  echo more >> a; echo new > fresh; rm d/b; rm -r gone; mkdir gone; echo y > gone/y; mkdir empty; ln -s a link; : > none`;
const CHANGES = {
  "/a": "copied file",
  "/fresh": "added file",
  "/d": "copied directory",
  "/d/b": "whiteout other",
  "/gone": "opaque directory",
  "/gone/y": "added file",
  "/empty": "added directory",
  "/link": "added symlink",
  "/none": "added file",
};

test("a learner's overlay: copied up, new, whited out, opaque; on the disk, with paths that were relative", async () => {
  await sh(demo("/root/demo", "lowerdir=one:two,upperdir=upper,workdir=work"));
  const overlay = layersAt("/root/demo/merged");
  assert.deepEqual(overlay.files, CHANGES);
  const { lower, upper, work, sandbox, unread, bytes } = overlay;
  assert.deepEqual([lower, upper, work, sandbox, unread], [["one", "two"], "upper", "work", false, undefined]);
  assert.equal(bytes, "a\nmore\n".length + "new\n".length + "y\n".length);
  await sh("cd /root/demo/merged; echo and more >> a; rm fresh; mv sub moved 2> /dev/null || true; echo 2 > d/c");
  const later = layersAt("/root/demo/merged");
  assert.equal(later.files["/fresh"], undefined);
  assert.equal(later.files["/d/c"], "copied file");
  assert(later.bytes > bytes);
  await sh("umount /root/demo/merged");
  assert.equal(readMounts().overlays.filter(({ sandbox }) => !sandbox).length, 0);
});

test("an overlay on a tmpfs, its lower layers on another file system; the tmpfs can be unmounted all the while", async () => {
  const folder = "/mnt/mem";
  await sh(`mkdir -p ${folder} /root/far && mount -t tmpfs tmpfs ${folder} && echo far > /root/far/f`);
  await sh(demo(folder, `lowerdir=${folder}/one:${folder}/two:/root/far,upperdir=${folder}/upper,workdir=${folder}/work`));
  const { "/gone": gone, "/gone/x": hidden, ...rest } = layersAt(`${folder}/merged`).files;
  // Before Linux 6.6 a tmpfs has no user attributes: there a folder cannot be opaque, and each of its names is whited out.
  assert.equal(gone, hidden === undefined ? "opaque directory" : "copied directory");
  assert([undefined, "whiteout other"].includes(hidden));
  const { "/gone": _, ...others } = CHANGES;
  assert.deepEqual(rest, others);
  await sh(`echo 2 > ${folder}/merged/f; umount ${folder}/merged`);
  overlays.read(readMounts().overlays);
  await sh(`umount ${folder}`);
});

test("an overlay that only a process in its own mount namespace has, after pivot_root", async () => {
  await sh(
    "mkdir -p /root/boxes/b/{upper,work,root} /root/store/l/bin; cp /usr/bin/busybox /root/store/l/bin; echo f > /root/store/l/f",
  );
  const script = `cd /root/boxes/b; mount -t overlay overlay -o userxattr,lowerdir=/root/store/l,upperdir=upper,workdir=work root; cd root;
    mkdir old; echo more >> f; pivot_root . old; /bin/busybox umount -l /old; exec /bin/busybox sleep 4444`;
  const pid = await stay(`setsid unshare --mount bash -c '${script}'`, "/bin/busybox sleep 4444");
  const { overlays: found, mounts: rows } = readMounts();
  const box = found.find(({ namespace }) => namespace === mountNamespace(pid));
  assert(box && box.point === "/" && !box.sandbox);
  assert.equal(Object.values(rows).filter(({ namespace }) => namespace === box.namespace).length, 1);
  const { overlays: read, files } = overlays.read(found);
  assert.equal(read[box.id]?.unread, undefined);
  assert.equal(files[`${box.id}:/f`]?.change, "copied");
  assert.equal(files[`${box.id}:/old`]?.change, "added");
});

test("paths of layers lead nowhere out of the sandbox", async () => {
  const host = { file: "/etc/shadow", folder: "/etc" };
  await sh(`
    mkdir -p /root/trick/{lower,upper,work,merged} && cd /root/trick && echo in > upper/inside
    mount -t overlay overlay -o userxattr,lowerdir=/root/trick/lower,upperdir=/root/trick/upper,workdir=/root/trick/work merged
    ln -s /proc/1/root/../../..${host.folder} upper/link; ln -s ../../../../../../../..${host.folder} upper/up
    mv upper real; ln -s /../../../../../../../..${host.folder} upper`);
  const files = layersAt("/root/trick/merged").files;
  const own = (await sh("ls -A /etc")).split("\n");
  // Its path leads to the sandbox's own /etc now, if anywhere.
  for (const path of Object.keys(files)) assert(own.includes(path.split("/")[1] ?? ""), path);
  await sh("rm /root/trick/upper; mv /root/trick/real /root/trick/upper");
  const real = layersAt("/root/trick/merged").files;
  assert.deepEqual(real, { "/inside": "added file", "/link": "added symlink", "/up": "added symlink" });
  // The sandbox's own layers have host paths; the same words in a learner's mount mean the sandbox's.
  await sh(`
    mkdir -p ${seen.files.upper} /root/words/{lower,work,merged} && mount -t tmpfs tmpfs ${dirname(seen.files.upper)} && cd ${dirname(seen.files.upper)}
    mkdir upper work && echo mine > upper/mine
    mount -t overlay overlay -o userxattr,lowerdir=/root/words/lower,upperdir=${seen.files.upper},workdir=work /root/words/merged`);
  const words = layersAt("/root/words/merged");
  assert.equal(words.sandbox, false);
  assert.deepEqual(words.files, { "/mine": "added file" });
});

test("mounts of a second mount namespace, with their propagation, and namespaces that a mount holds", async () => {
  const pid = await stay(
    `setsid unshare --mount --propagation private bash -c 'mkdir -p "/mnt/a b" && mount -t tmpfs -o size=1m "my tmpfs" "/mnt/a b" && mount --make-shared "/mnt/a b" && exec sleep 4545'`,
    "sleep 4545",
  );
  await waitFor(() => mountsAt("/mnt/a b")[0], "The mount");
  const [mount, ...others] = mountsAt("/mnt/a b");
  assert.equal(others.length, 0);
  assert.equal(mount?.namespace, mountNamespace(pid));
  assert.notEqual(mount?.namespace, mountNamespace(seen.initPid));
  assert.deepEqual([mount?.source, mount?.type], ["my tmpfs", "tmpfs"]);
  assert.match(mount?.propagation ?? "", /^shared:\d+$/);
  assert.match(mount?.options ?? "", /(^|,)size=1024k(,|$)/);

  await sh("touch /run/pin; unshare --net=/run/pin true");
  const pins = readMounts().nsfs;
  assert(
    pins.some(
      ({ point, root, namespace }) =>
        point === "/run/pin" && root.startsWith("net:[") && namespace === mountNamespace(seen.initPid),
    ),
  );
  await sh("umount /run/pin");
});

test("a table that did not change is not parsed again", async () => {
  const before = readMounts().mounts;
  const again = readMounts().mounts;
  for (const [key, row] of Object.entries(before)) assert.equal(again[key], row);
  await sh("mkdir -p /mnt/one; mount -t tmpfs tmpfs /mnt/one");
  assert.equal(mountsAt("/mnt/one")[0]?.type, "tmpfs");
  await sh("umount /mnt/one");
  assert.equal(mountsAt("/mnt/one").length, 0);
});

test("names of mounts and files can be anything", async () => {
  await sh(
    `cd /root; mkdir -p $'odd\\xff \\n\\\\x/'{l,u,w,m}; cd $'odd\\xff \\n\\\\x'; mount -t overlay overlay -o userxattr,lowerdir=l,upperdir=u,workdir=w m; touch $'m/\\x1b[2J' $'m/\\xfe' $'m/\\xff'`,
  );
  const overlay = layersAt("/root/odd\ufffd \\n\\x/m");
  assert.deepEqual(overlay.files, { "/\\e[2J": "added file", "/\ufffd": "added file", "/\ufffd~2": "added file" });
});

test("a thousand mounts and thousands of files are bounded", async () => {
  // Each of them takes all that are there along: 2,047.
  await sh("mkdir -p /mnt/many; for n in {1..11}; do mount --rbind /mnt /mnt/many; done");
  const { mounts: rows, leftOut } = readMounts();
  assert.equal(Object.keys(rows).length, MOST_ROWS.mounts);
  assert(leftOut > 1000);
  await sh("mkdir /srv/files && cd /srv/files && for n in {1..60}; do mkdir $n; (cd $n && touch f{1..50}); done");
  const all = await waitFor(() => {
    const layers = layersAt("/");
    return layers.added >= 3060 ? layers : undefined;
  }, "The whole of the upper layer");
  assert(Object.keys(all.files).length <= MOST_ROWS.files);
  assert(all.leftOut.files > 2000);
});
