/**
 * The recipe of the guest: Debian 12 with its cloud kernel, systemd as pid 1 and pure cgroup v2, as most servers are today. Everything
 * that it is made from is in this object, so that its hash names the guest that was built from it.
 */
import { RUNTIME_PACKAGES } from "../../cli/start/debian-packages.ts";

/** Where the disks are mounted in the guest, by file system label. */
export const MOUNTS = { clone: "/srv/unboxed", modules: "/srv/unboxed/node_modules", images: "/srv/images" } as const;
/** Of the disk with the product's container images, which only the suite of containers has. */
export const CONTAINERS = "containers";
export type DiskLabel = keyof typeof MOUNTS | typeof CONTAINERS;

const BOOT_PACKAGES = [
  "systemd",
  "systemd-sysv",
  "dbus",
  "udev",
  "kmod",
  "linux-image-cloud-amd64",
  "initramfs-tools",
  "zstd",
  "procps",
];

/** What tests need beside the product: those of test/lab, and the suite of containers. */
const TEST_PACKAGES = ["postgresql", "faketime", "docker.io", "docker-compose", "apparmor"];

export const RECIPE = {
  release: "bookworm",
  packages: [...BOOT_PACKAGES, ...RUNTIME_PACKAGES, ...TEST_PACKAGES],
  /** Written before packages are installed, so that the initramfs is made with them: only what finds the root disk, for every module costs boot time. */
  early: {
    "/etc/initramfs-tools/conf.d/unboxed": "MODULES=list\n",
    "/etc/initramfs-tools/modules": "virtio_pci\nvirtio_blk\next4\n",
  },
  files: {
    "/etc/hostname": "unboxed-guest\n",
    "/etc/hosts": "127.0.0.1 localhost unboxed-guest\n::1 localhost\n",
    "/etc/modules-load.d/unboxed.conf": "overlay\nloop\nvirtio_console\n",
    "/etc/fstab": Object.entries(MOUNTS)
      .map(([label, folder]) => `LABEL=${label} ${folder} ext4 noatime 0 0\n`)
      .join(""),
    // Device timeouts are systemd's 90 s; emulated, a guest is slow and no more.
    "/etc/systemd/system/unboxed-job.service": `[Unit]
Description=Runs the job that the host sends
Requires=srv-unboxed-node_modules.mount srv-images.mount
After=multi-user.target srv-unboxed-node_modules.mount srv-images.mount
SuccessAction=poweroff-immediate
FailureAction=poweroff-immediate

[Service]
Type=oneshot
WorkingDirectory=${MOUNTS.clone}
Environment=PATH=${MOUNTS.modules}/.bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
Environment=NODE_COMPILE_CACHE=/var/cache/node HOME=/root LANG=C.UTF-8 UNBOXED_IMAGES=${MOUNTS.images} UNBOXED_STATE=/var/lib/unboxed
ExecStart=${MOUNTS.modules}/.bin/node test/vm/inside/job.ts
StandardOutput=journal+console
StandardError=journal+console
TimeoutStartSec=infinity
Delegate=yes

[Install]
WantedBy=multi-user.target
`,
  },
  enable: ["unboxed-job.service"],
  /** The guest has no work for them, or (the getty) they would take the console from us. */
  mask: [
    "serial-getty@ttyS0.service",
    "getty.target",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
    "postgresql.service",
    "docker.service",
    "docker.socket",
    "containerd.service",
  ],
} as const;
