/** The OCI runtime configuration of one sandbox: what runc is told. See the OCI runtime specification, config.md and config-linux.md. */
import { arch } from "node:process";
import type { SandboxSpec } from "../driver.ts";
import type { HostFacts } from "./host.ts";
import { cgroupPath, type Layout, sandboxPaths } from "./layout.ts";
import seccomp from "./seccomp.json" with { type: "json" };
import { RANGE_SIZE } from "./user-namespace.ts";

/**
 * What root may do in the sandbox's own user namespace; none of it reaches the host. Left out is what means nothing there or would
 * only break the sandbox: loading modules, setting the clock, raw I/O, reboot, the audit and system logs, MAC policies, bpf and perf.
 */
const CAPABILITIES = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_DAC_READ_SEARCH",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_SETGID",
  "CAP_SETUID",
  "CAP_SETPCAP",
  "CAP_LINUX_IMMUTABLE",
  "CAP_NET_BIND_SERVICE",
  "CAP_NET_BROADCAST",
  "CAP_NET_ADMIN",
  "CAP_NET_RAW",
  "CAP_IPC_LOCK",
  "CAP_IPC_OWNER",
  "CAP_SYS_CHROOT",
  "CAP_SYS_PTRACE",
  "CAP_SYS_PACCT",
  "CAP_SYS_ADMIN",
  "CAP_SYS_NICE",
  "CAP_SYS_RESOURCE",
  "CAP_SYS_TTY_CONFIG",
  "CAP_MKNOD",
  "CAP_LEASE",
  "CAP_AUDIT_WRITE",
  "CAP_SETFCAP",
];

/** Character devices that may be opened: null, zero, full, random, urandom, tty, ptmx, fuse; and 136:*, the ends of pseudo-terminals. */
const DEVICES: readonly (readonly [major: number, minor?: number])[] = [
  [1, 3],
  [1, 5],
  [1, 7],
  [1, 8],
  [1, 9],
  [5, 0],
  [5, 2],
  [10, 229],
  [136],
];

/**
 * AF_UNIX, AF_INET, AF_INET6, AF_NETLINK and AF_PACKET. Others reach past the network namespace (AF_VSOCK: the hypervisor, or virtual machines of
 * this host), or only make the host load modules that nobody else uses.
 */
const SOCKET_FAMILIES = [1, 2, 10, 16, 17] as const;

/**
 * Masks and what is left under them of every command of fcntl(2) but 1024, F_SETLEASE: bit 10 is clear, or a lower one is set. Sandboxes
 * share the image's files, and who holds a lease on one makes whoever opens it wait (/proc/sys/fs/lease-break-time, 45 seconds).
 */
const FCNTL_COMMANDS = [[0x400, 0], ...[1, 2, 4, 8, 16].map((bit) => [bit, bit] as const)] as const;

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "SCMP_ARCH_X86_64", arm64: "SCMP_ARCH_AARCH64" };

/** Microseconds over which the CPU limit holds. */
const CPU_PERIOD = 100_000;
/** Open files of a process, as systemd sets them. */
const SOFT_FILES = 1024;
const HARD_FILES = 524_288;
/** Where a host that is out of memory looks first: sandboxes go before the lab-server does. */
export const OOM_SCORE = 500;

export function ociConfiguration(spec: SandboxSpec, first: number, userNamespace: string, layout: Layout, host: HostFacts) {
  const paths = sandboxPaths(layout, spec.id);
  const mappings = [{ containerID: 0, hostID: first, size: RANGE_SIZE }];
  const ours = (type: string) => ({ type });
  return {
    ociVersion: "1.0.2",
    hostname: spec.hostname,
    root: { path: paths.root },
    process: {
      terminal: false,
      user: { uid: 0, gid: 0 },
      cwd: "/",
      // Pid 1 reaps what learners orphan and does nothing else.
      args: ["/usr/bin/catatonit", "-P"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      capabilities: { bounding: CAPABILITIES, effective: CAPABILITIES, permitted: CAPABILITIES },
      rlimits: [
        { type: "RLIMIT_NOFILE", soft: Math.min(SOFT_FILES, host.openFiles), hard: Math.min(HARD_FILES, host.openFiles) },
        { type: "RLIMIT_CORE", soft: 0, hard: 0 },
      ],
      oomScoreAdj: OOM_SCORE,
    },
    mounts: mounts(paths.disk),
    linux: {
      uidMappings: mappings,
      gidMappings: mappings,
      namespaces: [...["pid", "network", "ipc", "uts", "mount", "cgroup"].map(ours), { type: "user", path: userNamespace }],
      cgroupsPath: cgroupPath(layout, spec.id),
      rootfsPropagation: "slave",
      devices: host.fuse ? [{ path: "/dev/fuse", type: "c", major: 10, minor: 229, fileMode: 0o666, uid: 0, gid: 0 }] : [],
      resources: {
        memory: { limit: spec.limits.memory, ...(host.swapLimit ? { swap: spec.limits.memory } : {}) },
        pids: { limit: spec.limits.pids },
        cpu: { quota: Math.round(spec.limits.cpus * CPU_PERIOD), period: CPU_PERIOD },
        devices: [
          { allow: false, access: "rwm" },
          // mknod of whiteouts (0:0), which overlay needs; a user namespace can make no other.
          { allow: true, type: "c", access: "m" },
          ...DEVICES.map(([major, minor]) => ({
            allow: true,
            type: "c",
            major,
            ...(minor === undefined ? {} : { minor }),
            access: "rwm",
          })),
        ],
      },
      seccomp: seccompProfile(),
    },
  };
}

/**
 * The system calls that a sandbox may make: those of the container engines' default profile (Debian's golang-github-containers-common),
 * and what nesting needs. The first list of the data file is what is denied by name, EPERM; a call that it does not know is ENOSYS, and
 * so is socket(2) of another family or fcntl(2) of another command than those below.
 */
export function seccompProfile() {
  const architecture = ARCHITECTURES[arch];
  if (architecture === undefined) throw new Error(`Sandboxes do not run on ${arch} machines: x64 and arm64 are known.`);
  const syscalls = [
    ...seccomp.syscalls,
    ...SOCKET_FAMILIES.map((family) => allowWhere("socket", { index: 0, value: family, op: "SCMP_CMP_EQ" })),
    ...FCNTL_COMMANDS.map(([mask, command]) =>
      allowWhere("fcntl", { index: 1, value: mask, valueTwo: command, op: "SCMP_CMP_MASKED_EQ" }),
    ),
  ];
  return { ...seccomp, syscalls, architectures: [architecture] };
}

function allowWhere(name: string, argument: { index: number; value: number; valueTwo?: number; op: string }) {
  return { names: [name], action: "SCMP_ACT_ALLOW", args: [argument] };
}

function mounts(disk: string) {
  const tmpfs = (destination: string, ...options: string[]) => ({ destination, type: "tmpfs", source: "tmpfs", options });
  // Straight from the disk, because an overlay cannot have its upper layer on an overlay: here learners mount their own.
  const straight = (name: string, destination: string) => ({
    destination,
    type: "bind",
    source: `${disk}/${name}`,
    options: ["rbind", "rw"],
  });
  return [
    { destination: "/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    tmpfs("/dev", "nosuid", "strictatime", "mode=755", "size=16m"),
    {
      destination: "/dev/pts",
      type: "devpts",
      source: "devpts",
      options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"],
    },
    tmpfs("/dev/shm", "nosuid", "noexec", "nodev", "mode=1777", "size=64m"),
    { destination: "/dev/mqueue", type: "mqueue", source: "mqueue", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup", options: ["nosuid", "noexec", "nodev", "relatime", "rw"] },
    // Whole copies: the kernel lets a nested user namespace mount proc and sysfs only where one is fully visible already.
    { destination: "/dev/.nest/proc", type: "proc", source: "proc", options: ["nosuid", "noexec", "nodev"] },
    { destination: "/dev/.nest/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev"] },
    tmpfs("/run", "nosuid", "nodev", "mode=755", "size=64m"),
    straight("home", "/root"),
    straight("lxc", "/var/lib/lxc"),
    straight("machines", "/var/lib/machines"),
  ];
}
