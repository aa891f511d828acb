#!/bin/sh
# Makes of a container what the lab-server needs, then runs the program that it is given. What a container engine hides or makes
# read-only stands in the way of making sandboxes; it is undone in this container's own namespaces alone. Needs CAP_SYS_ADMIN and CAP_MKNOD.
set -eu

# A cgroup namespace of the container's own group, whatever the engine made: Docker makes one on cgroup v2 and none on v1. All cgroups
# that are seen from here on, and all that sandboxes are given, lie in that group.
if [ "${1-}" != --entered ]; then exec unshare --cgroup -- sh "$0" --entered "$@"; fi
shift

# The kernel lets a sandbox mount a /proc and a /sys of its own only where those around it are wholly visible (mount_namespaces(7)): what
# covers parts of them goes, the engine's read-only cgroups with it.
cut -d ' ' -f 5 /proc/self/mountinfo | grep -E '^/(proc|sys)/' | sort -r | while read -r point; do umount "$point"; done
# A sandbox's /sys is writable, for its cgroups are below it. The files in it stay the host's root's.
mount -o remount,rw /sys

# cgroup file systems that can be written, one for each hierarchy of the host: see cgroups(7) for the lines of /proc/self/cgroup.
if grep -qE '^[0-9]+:([^:]*,)?memory[,:]' /proc/self/cgroup; then
  mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev,noexec tmpfs /sys/fs/cgroup
  while IFS=: read -r _ controllers _; do
    case $controllers in
      "") folder=unified type=cgroup2 options=rw ;;
      name=*) folder=${controllers#name=} type=cgroup options=none,$controllers ;;
      *) folder=$controllers type=cgroup options=$controllers ;;
    esac
    mkdir "/sys/fs/cgroup/$folder"
    mount -t "$type" -o "nosuid,nodev,noexec,$options" "$type" "/sys/fs/cgroup/$folder"
  done < /proc/self/cgroup
else
  mount -t cgroup2 -o nosuid,nodev,noexec cgroup2 /sys/fs/cgroup
  # Controllers are enabled only below a group without processes ("no internal processes"): ours go into a group of their own. The engine's
  # health check may come in meanwhile, so that is done until it holds; from then on the engine puts what it runs here into our group.
  mkdir -p /sys/fs/cgroup/init
  controllers=$(sed 's/[a-z_]\+/+&/g' /sys/fs/cgroup/cgroup.controllers)
  tries=0
  until
    { while read -r pid; do echo "$pid" > /sys/fs/cgroup/init/cgroup.procs; done < /sys/fs/cgroup/cgroup.procs
      echo "$controllers" > /sys/fs/cgroup/cgroup.subtree_control; } 2> /dev/null
  do
    tries=$((tries + 1))
    if [ "$tries" = 300 ]; then echo "The controllers $controllers cannot be enabled for sandboxes' cgroups." >&2; exit 1; fi
    sleep 0.1
  done
fi

# Nodes of the devices that docker-compose.yml's device_cgroup_rules allow: made here, for to have them named as `devices` the host must have
# loaded their drivers already. Opening one loads it.
[ -e /dev/loop-control ] || mknod -m 0600 /dev/loop-control c 10 237
[ -e /dev/fuse ] || mknod -m 0666 /dev/fuse c 10 229

# Any other program, which somebody runs in a container of its own, runs once.
for last; do :; done
if [ "$last" != lab-server/main.ts ]; then exec "$@"; fi

# Where the lab-server ends by itself it is started again, in the same container: sandboxes go on meanwhile, with their shells, which the holder
# keeps. With the container they would all end. What is told to end, or has nothing to start with (2, bad configuration), ends for good.
program=
told=
trap 'told=1; [ -z "$program" ] || kill -TERM "$program"' TERM INT
# Told to drain, it ends by itself with the last sandbox.
trap '[ -z "$program" ] || kill -USR2 "$program"' USR2
while [ -z "$told" ]; do
  "$@" &
  program=$!
  code=0
  wait "$program" || code=$?
  # A signal ends the wait and not the program.
  while kill -0 "$program" 2> /dev/null; do
    code=0
    wait "$program" || code=$?
  done
  if [ "$code" = 2 ]; then exit 2; fi
  if [ "$code" = 0 ] && [ -z "$told" ]; then
    # Drained: it stays so until somebody starts it again. A container that ends would be started again by its engine.
    echo "The lab-server was drained and has ended. To make sandboxes again: docker compose restart lab-server" >&2
    sleep infinity &
    program=$!
    wait "$program" || true
    exit 0
  fi
  [ -n "$told" ] || sleep 1
done
exit "$code"
