import { accessSync, constants, existsSync, readFileSync, statfsSync } from "node:fs";
import { createServer } from "node:net";
import { availableParallelism, release } from "node:os";
import { dirname } from "node:path";
import { fileSystem, loop, tryOverlay } from "./file-systems.ts";
import { type Finding, failure, ok, warning } from "./finding.ts";
import { atLeast, cgroupHost, gibibytes, majorMinor, memoryBytes } from "./parse.ts";
import { readIfThere } from "./read.ts";
import { run } from "./run.ts";

export type Place = {
  stateFolder: string;
  /** Addresses that must be free; none where our own instance has them. */
  listen: readonly { name: string; host: string; port: number }[];
};

const GIBIBYTE = 1024 ** 3;
/** Checks that need no Debian package. Changes nothing that lasts. */
export async function checkHost(): Promise<Finding[]> {
  const isRoot = process.getuid?.() === 0;
  return [
    isRoot
      ? ok("root", "yes")
      : failure(
          "root",
          "no",
          "Making sandboxes takes mounts, namespaces and cgroups of the host, which only root may: run sudo npm start.",
        ),
    kernel(),
    ...(await namespaces()),
    userNamespaces(),
    ...cgroups(),
    isRoot ? await tryOverlay() : fileSystem("overlay"),
    loop(),
    ...apparmor(),
    memory(),
    ok("node", process.versions.node),
    container(),
  ];
}

/** Checks of what Debian packages bring. */
export async function checkTools(): Promise<Finding[]> {
  const cure = "The sandboxes are made by runc 1.1 or newer: run apt-get install runc.";
  const runc = await run(["runc", "--version"]);
  const version = /runc version (\S+)/.exec(runc.output)?.[1];
  const number = version && majorMinor(version);
  const crun = existsSync("/usr/bin/crun")
    ? " (crun is there too and is not used: it refuses hosts with cgroup v1 and v2 mixed)"
    : "";
  if (!number) return [failure("runc", "not found", cure)];
  return [atLeast(number, [1, 1]) ? ok("runc", `${version}${crun}`) : failure("runc", `${version}`, cure)];
}

/** Checks of where the instance is to run. */
export async function checkPlace(place: Place): Promise<Finding[]> {
  return [disk(place.stateFolder), ...(await Promise.all(place.listen.map(port)))];
}

function kernel(): Finding {
  const number = majorMinor(release());
  if (number && atLeast(number, [5, 19])) return ok("kernel", release());
  return failure(
    "kernel",
    release(),
    "Sandboxes share one image through idmapped overlay layers, which Linux has since 5.19: run Debian 12, Debian 13 or Ubuntu 24.04 with their own kernels.",
  );
}

async function namespaces(): Promise<Finding[]> {
  const missing = ["cgroup", "ipc", "mnt", "net", "pid", "time", "user", "uts"].filter(
    (type) => !existsSync(`/proc/self/ns/${type}`),
  );
  if (missing.length === 0) return [await tryNamespace()];
  return missing.map((type) =>
    failure(
      `${type} namespace`,
      "missing",
      `This kernel was built without ${type} namespaces: use your distribution's own kernel.`,
    ),
  );
}

/** user_namespaces(7): refused to whoever's root directory is not that of their mount namespace. */
async function tryNamespace(): Promise<Finding> {
  const { ok: isMade, output } = await run(["unshare", "--user", "true"]);
  if (isMade) return ok("namespaces", "all eight types");
  return failure(
    "namespaces",
    `all eight types, but ${output}`,
    "No user namespace can be made, as in a chroot or in a container without privileges: run on the host itself, or give the container --privileged.",
  );
}

function userNamespaces(): Finding {
  const most = Number(readIfThere("/proc/sys/user/max_user_namespaces") ?? "0");
  if (most >= 1000) return ok("user.max_user_namespaces", String(most));
  const cure = `Each sandbox takes a user namespace and learners make more: run sysctl -w user.max_user_namespaces=65536.`;
  return most === 0 ? failure("user.max_user_namespaces", "0", cure) : warning("user.max_user_namespaces", String(most), cure);
}

function cgroups(): Finding[] {
  const { version, controllers } = cgroupHost(
    readFileSync("/proc/self/mountinfo", "utf8"),
    readIfThere("/sys/fs/cgroup/cgroup.controllers") ?? "",
  );
  if (version === "none")
    return [failure("cgroup", "not mounted", "Nothing is mounted at /sys/fs/cgroup: run mount -t cgroup2 none /sys/fs/cgroup.")];
  const needed = ["memory", "pids", "cpu", ...(version === "v2" ? [] : ["devices"])];
  const useful = ["cpuset", version === "v2" ? "io" : "blkio", ...(version === "v2" ? [] : ["freezer"])];
  const findings = [ok("cgroup", `${version}: ${[...controllers].sort().join(" ")}`)];
  for (const name of needed.filter((name) => !controllers.has(name))) {
    findings.push(
      failure(
        `cgroup ${name}`,
        "missing",
        `Without the ${name} controller a sandbox has no limit: remove cgroup_disable=${name} from the kernel's command line and restart.`,
      ),
    );
  }
  for (const name of useful.filter((name) => !controllers.has(name))) {
    findings.push(
      warning(
        `cgroup ${name}`,
        "missing",
        `Lessons about the ${name} controller will not work here: remove cgroup_disable=${name} from the kernel's command line and restart.`,
      ),
    );
  }
  try {
    accessSync(version === "v2" ? "/sys/fs/cgroup" : "/sys/fs/cgroup/memory", constants.W_OK);
  } catch {
    if (process.getuid?.() === 0)
      findings.push(
        failure(
          "cgroup",
          "read-only",
          "/sys/fs/cgroup cannot be written, as in a container without privileges: run on the host, or give the container --privileged --cgroupns=host.",
        ),
      );
  }
  return findings;
}

function apparmor(): Finding[] {
  const name = "kernel.apparmor_restrict_unprivileged_userns";
  const value = readIfThere(`/proc/sys/${name.replaceAll(".", "/")}`)?.trim();
  if (value === undefined) return [];
  if (value === "0") return [ok(name, "0")];
  return [
    warning(
      name,
      value,
      `Ubuntu keeps learners from making user namespaces inside their sandboxes (unshare -U): run sysctl -w ${name}=0, and to keep it: echo ${name}=0 > /etc/sysctl.d/60-unboxed.conf.`,
    ),
  ];
}

function memory(): Finding {
  const meminfo = readFileSync("/proc/meminfo", "utf8");
  const available = memoryBytes(meminfo, "MemAvailable") ?? 0;
  const found = `${gibibytes(available)} available, ${availableParallelism()} CPUs`;
  return available >= GIBIBYTE
    ? ok("memory", found)
    : warning(
        "memory",
        found,
        "Less than 1 GiB is available, and a sandbox may use 512 MiB: lower UNBOXED_MEMORY_MB and UNBOXED_MAX_SANDBOXES.",
      );
}

function container(): Finding {
  const marks = ["/.dockerenv", "/run/.containerenv"].filter((path) => existsSync(path));
  const inside =
    marks.length > 0 || (readIfThere("/proc/1/environ") ?? "").split("\0").some((variable) => variable.startsWith("container="));
  return ok("container", inside ? "this runs inside a container" : "no");
}

function disk(stateFolder: string): Finding {
  const { bavail, bsize } = statfsSync(existingParent(stateFolder));
  const free = bavail * bsize;
  const found = `${gibibytes(free)} free at ${stateFolder}`;
  if (free >= 5 * GIBIBYTE) return ok("disk", found);
  const cure =
    "The image takes 0.5 GiB and every sandbox up to UNBOXED_DISK_MB: make room, or choose another folder by UNBOXED_STATE=/path.";
  return free < GIBIBYTE ? failure("disk", found, cure) : warning("disk", found, cure);
}

function port({ name, host, port }: Place["listen"][number]): Promise<Finding> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const variable = name === "site" ? "PORT" : "UNBOXED_LAB_PORT";
      const cure =
        error.code === "EADDRINUSE"
          ? `Port ${port} (${name}) is taken: choose another by ${variable}=${port + 100} npm start, or see who has it by ss -ltnp "sport = :${port}".`
          : `Port ${port} (${name}) cannot be used (${error.code}): choose another by ${variable}=3000 npm start.`;
      resolve(failure(`port ${port}`, error.code ?? error.message, cure));
    });
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(ok(`port ${port}`, `free for the ${name}`))));
  });
}

function existingParent(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : existingParent(dirname(path));
}
