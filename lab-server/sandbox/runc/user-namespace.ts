/**
 * The user namespace of a sandbox. There are two, one inside the other:
 *
 *   host ─ limits (FIRST…FIRST+65535 as they are; holds user.max_*) ─ sandbox (0…65535 → FIRST…)
 *
 * What is made in the inner one counts against the outer one's limits too, whoever makes it, and nobody inside can reach
 * the outer one: so a learner, root in there, cannot raise them. See namespaces(7) "/proc/sys/user", user_namespaces(7).
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { createInterface } from "node:readline";

/** Ids of a range. */
export const RANGE_SIZE = 65_536;

/** Most of each kind in one sandbox, all its nested namespaces included. `systemd-nspawn -b` needs some dozens of mount namespaces. */
const LIMITS = {
  max_user_namespaces: 128,
  max_pid_namespaces: 128,
  max_uts_namespaces: 256,
  max_ipc_namespaces: 256,
  max_net_namespaces: 128,
  max_mnt_namespaces: 512,
  max_cgroup_namespaces: 128,
  max_time_namespaces: 128,
  max_inotify_instances: 512,
  max_inotify_watches: 16_384,
  max_fanotify_groups: 64,
  max_fanotify_marks: 4096,
} as const;

/**
 * Runs in the outer namespace; its arguments are the range's first id and size, then limits as `name=number`. It is root's uid that
 * no map knows there, so capabilities come by --keep-caps; the inner namespace's maker must be known, hence setpriv.
 * Descriptor 3 closes when the inner namespace's process may go.
 */
const HELPER = `
first=$1 size=$2; shift 2
echo outer; read -r _
for limit; do
  [ ! -e "/proc/sys/user/\${limit%=*}" ] || echo "\${limit#*=}" > "/proc/sys/user/\${limit%=*}"
done
setpriv --reuid "$first" --regid "$first" --clear-groups unshare --user sh -c 'echo inner; read -r _ <&3' &
inner=$!
read -r _
for map in uid_map gid_map; do echo "0 $first $size" > "/proc/$inner/$map"; done
echo "$inner"
wait
`;

/** Milliseconds. Ten are usual. */
const TIMEOUT = 10_000;

/**
 * Makes the namespaces of the range that starts at host id `first`, and returns a descriptor of the inner one, which
 * keeps both alive. Throws Error where the kernel refuses.
 */
export async function makeUserNamespace(first: number): Promise<FileHandle> {
  const limits = Object.entries(LIMITS).map(([name, limit]) => `${name}=${limit}`);
  const helper = spawn(
    "unshare",
    ["--user", "--keep-caps", "sh", "-euc", HELPER, "sh", String(first), String(RANGE_SIZE), ...limits],
    { stdio: ["pipe", "pipe", "pipe", "pipe"], timeout: TIMEOUT, killSignal: "SIGKILL" },
  );
  const ended = once(helper, "close");
  ended.catch(() => undefined); // A failure to start is told by `lines` below too.
  let complaint = "";
  helper.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint += text;
  });
  helper.stdin.on("error", () => undefined); // EPIPE: it has ended, and `complaint` says why.
  const lines = createInterface(helper.stdout)[Symbol.asyncIterator]();
  try {
    await lines.next();
    for (const map of ["uid_map", "gid_map"]) writeFileSync(`/proc/${helper.pid}/${map}`, `${first} ${first} ${RANGE_SIZE}\n`);
    helper.stdin.write("\n");
    await lines.next();
    helper.stdin.write("\n");
    const { value: inner } = await lines.next();
    return await open(`/proc/${Number(inner)}/ns/user`);
  } catch (error) {
    // What it complains of may come after it has gone.
    helper.stdin.destroy();
    await ended.catch(() => undefined);
    throw new Error(`cannot make a user namespace: ${complaint.trim() || String(error)}`, { cause: error });
  } finally {
    for (const stream of [helper.stdin, helper.stdio[3]]) stream?.destroy();
    await ended;
  }
}
