#!/bin/bash
# The driver's steps by hand, for comparison: a quota disk, an overlay, runc run, a first prompt on a terminal. Prints the milliseconds they took.
# Usage: by-hand.sh IMAGE FOLDER ID FIRST_HOST_ID CONFIG.json
set -eu
image=$1 folder=$2 id=$3 first=$4 config=$5
mkdir -p "$folder"/{lower,disk,merged,bundle}
chmod 711 "$folder"
cp "$config" "$folder/bundle/config.json"
cleanup() {
  runc --root "$folder/runc" delete -f "$id" 2>/dev/null || true
  umount "$folder/merged" "$folder/disk" "$folder/lower" 2>/dev/null || true
  rm -rf "$folder"
  rmdir /sys/fs/cgroup/{,*/}unboxed-bench 2>/dev/null || true
}
trap cleanup EXIT

begin=${EPOCHREALTIME/./}
truncate -s 2G "$folder/quota.img"
mkfs.ext4 -q -F -O ^has_journal -E lazy_itable_init=1,nodiscard "$folder/quota.img"
mount -o loop,nosuid,nodev "$folder/quota.img" "$folder/disk"
mkdir "$folder"/disk/{upper,work,home,lxc,machines}
chown "$first:$first" "$folder"/disk/*
# Not idmapped: mount(8) of Debian 12 cannot, and it costs next to nothing.
mount --bind -o ro "$image" "$folder/lower"
mount -t overlay overlay -o "lowerdir=$folder/lower,upperdir=$folder/disk/upper,workdir=$folder/disk/work" "$folder/merged"
runc --root "$folder/runc" run -d -b "$folder/bundle" "$id" </dev/null >/dev/null 2>&1
script -qec "runc --root $folder/runc exec -t $id /bin/sh -c 'echo prompt'" /dev/null </dev/null >/dev/null
end=${EPOCHREALTIME/./}
echo $(((end - begin) / 1000))
