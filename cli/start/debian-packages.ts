import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { runCommand } from "./command.ts";
import { type Progress, StartError } from "./step.ts";

/** What the lab-server and the start need from Debian (or Ubuntu). The one place that lists it. */
export const RUNTIME_PACKAGES = [
  /** Makes sandboxes. */
  "runc",
  /** Builds their root file system, of Debian's packages on Ubuntu too, and the keys that it checks signatures with. */
  "mmdebstrap",
  "debian-archive-keyring",
  /** mkfs.ext4: the quota image of each sandbox. */
  "e2fsprogs",
  /** nsenter, unshare, setpriv, losetup; mount is a package of its own. */
  "util-linux",
  "mount",
  /** Network namespaces' loopback. */
  "iproute2",
] as const;

/** What the tests need besides. */
export const TEST_PACKAGES = ["chromium", "faketime", "git"] as const;

/** Installs what is missing. Throws StartError with the exact command where this process may not. */
export async function installDebianPackages(names: readonly string[], progress: Progress, stop: AbortSignal): Promise<void> {
  const missing = await missingPackages(names);
  if (missing.length === 0) return progress.result("all there");
  const command = `apt-get update && apt-get install --yes --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0)
    throw new StartError(`Debian packages are missing, and only root can install them: run sudo sh -c "${command}"`);
  progress.say("reading the package lists");
  await apt(["update", "--quiet"], progress, stop);
  await apt(["install", "--yes", "--quiet", "--no-install-recommends", ...missing], progress, stop);
  progress.result(`installed ${missing.join(", ")}`);
}

/** Those of `names` that dpkg does not know as installed. Throws StartError where there is no dpkg. */
export async function missingPackages(names: readonly string[]): Promise<string[]> {
  // dpkg-query exits 1 where it does not know a name, and still prints the others.
  const { stdout } = await promisify(execFile)("dpkg-query", [
    "--show",
    "--showformat",
    "${Package} ${db:Status-Status}\n",
    ...names,
  ]).catch((error: Error & { code?: unknown; stdout?: string }) => {
    if (error.code !== 1)
      throw new StartError(
        `dpkg-query cannot be run: Unboxed runs on Debian 12 or 13 and Ubuntu 24.04. (${error.message.trim()})`,
      );
    return { stdout: error.stdout ?? "" };
  });
  return notInstalled(names, stdout);
}

/** Reads lines of dpkg-query's `${Package} ${db:Status-Status}`. */
export function notInstalled(names: readonly string[], output: string): string[] {
  const installed = new Set(output.split("\n").flatMap((line) => (line.endsWith(" installed") ? [line.split(" ")[0]] : [])));
  return names.filter((name) => !installed.has(name));
}

function apt(args: readonly string[], progress: Progress, stop: AbortSignal): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C" };
  // Waits up to two minutes for another apt, as a freshly booted machine runs one.
  return runCommand(["apt-get", "-o", "DPkg::Lock::Timeout=120", ...args], progress, stop, env);
}
