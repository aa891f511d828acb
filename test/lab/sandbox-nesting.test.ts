/** What the course does by hand, each with the tools that learners use. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { Trial } from "./sandbox-trial.ts";

let trial: Trial;
let id: string;
before(async () => {
  trial = await Trial.open();
  id = await trial.create();
});
after(() => trial[Symbol.asyncDispose]());

const IMAGE = "/opt/images/debian";
const NSPAWN = "systemd-nspawn --quiet --register=no --keep-unit --volatile=overlay";
const HIERARCHY = '[ "$CGROUP_VERSION" = 1 ] || export SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1';

const SCRIPTS = {
  "unshare of every namespace type": "unshare -Urmpfiun -C -T --mount-proc ps ax",
  "the same as the sandbox's root": "unshare -mpfiun -C -T --mount-proc ps ax",
  chroot: "mkdir -p /tmp/jail/bin && cp /bin/busybox /tmp/jail/bin && chroot /tmp/jail /bin/busybox true",
  pivot_root: `unshare -m bash -ec 'mkdir -p /root/new/old /root/new/bin; mount --bind /root/new /root/new; cp /bin/busybox /root/new/bin
    cd /root/new; pivot_root . old; exec /bin/busybox umount -l /old'`,
  "overlay in the home folder, with a whiteout":
    "mkdir -p ~/o && cd ~/o && mkdir l u w m && echo x > l/f && mount -t overlay overlay -o lowerdir=l,upperdir=u,workdir=w m && rm m/f && test -c u/f && umount m",
  "overlay on layers of the image": `cd ~/o && mount -t overlay overlay -o lowerdir=${IMAGE},upperdir=u,workdir=w m && touch m/etc/new && test -e u/etc/new && umount m`,
  "unionfs-fuse":
    "mkdir -p ~/uf/{a,b,m} && cd ~/uf && echo x > b/f && unionfs -o cow $PWD/a=RW:$PWD/b=RO m && echo y > m/f && grep y a/f && grep x b/f && fusermount -u m",
  "ip netns, veth, bridge": `ip netns add n && ip link add v0 type veth peer name v1 && ip link add br0 type bridge &&
    ip link set v0 master br0 && ip link set v1 netns n && ip -n n addr add 10.9.0.2/24 dev v1 && ip -n n link set v1 up &&
    ip addr add 10.9.0.1/24 dev br0 && ip link set br0 up && ip link set v0 up && ping -c 1 -W 3 10.9.0.2`,
  "a cgroup of one's own":
    'if [ "$CGROUP_VERSION" = 1 ]; then for c in memory cpu pids freezer; do mkdir $CGROUP/$c/demo && rmdir $CGROUP/$c/demo || exit; done; else mkdir $CGROUP/demo && grep -q memory $CGROUP/demo/cgroup.controllers && rmdir $CGROUP/demo; fi',
  "a persistent namespace by bind mount":
    "touch /tmp/uts && unshare --uts=/tmp/uts hostname elsewhere && [ $(nsenter --uts=/tmp/uts hostname) = elsewhere ] && umount /tmp/uts",
  "lxc, offline and with the default configuration":
    "lxc-create -n a -t busybox && lxc-start -n a && lxc-attach -n a -- ps && lxc-freeze -n a && lxc-unfreeze -n a && lxc-stop -k -n a && lxc-destroy -n a",
  "systemd-nspawn, one command": `${HIERARCHY}; ${NSPAWN} -D ${IMAGE} /bin/hostname < /dev/null`,
  "systemd-nspawn, a whole boot": `${HIERARCHY}; (timeout -s KILL 30 ${NSPAWN} -D ${IMAGE} -b < /dev/null 2>&1 || true) | grep -a -m 1 'Started.*Journal'`,
  "a C program, compiled here":
    "printf '#include <stdio.h>\\nint main(){puts(\"hi\");}' > /tmp/a.c && cc -o /tmp/a /tmp/a.c && [ $(/tmp/a) = hi ]",
  "manual pages, offline":
    "[ $(man 7 namespaces | grep -c clone) -gt 1 ] && man 2 unshare | head -1 && man systemd-nspawn > /dev/null",
  strace: "strace -f -e trace=clone,clone3,unshare unshare --uts true 2>&1 | grep CLONE_NEWUTS",
  "nft and iptables in a network namespace": "unshare -n sh -c 'nft add table inet t && nft list ruleset | grep -q t'",
  "a tmpfs, and proc in a namespace": "unshare -mpf --mount-proc sh -c 'mount -t tmpfs t /mnt && [ $$ = 1 ]'",
};

for (const [what, script] of Object.entries(SCRIPTS)) {
  test(what, async () => {
    assert.notEqual(await trial.sh(id, `${script}\n[ $? = 0 ] && echo done`), "");
  });
}
