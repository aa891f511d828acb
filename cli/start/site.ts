import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { CLONE, databaseFile, databaseVariables, NODE, type Settings } from "./settings.ts";
import { StartError } from "./step.ts";

/**
 * The site's user and group id. A number without an account: nothing is written to /etc/passwd, it works in the barest
 * container, and the database keeps its owner when the state folder moves to another machine. It lies just below the ids that
 * sandboxes are given, far from those of people, daemons and systemd.
 */
export const SITE_ID = 999_999;

/**
 * Run as root by sh in a new mount namespace, with arguments: clone, build, lessons, database folder (empty where there is none), id, and
 * the program.
 * The clone and the state may lie under folders that the site's user may not enter (/root is 0700), so what it needs is
 * bound to /run/unboxed, which is hidden from it otherwise: it cannot see the sandboxes' file systems there. They are also
 * let go of, for a copy of a mount in this namespace would keep the sandbox's disk busy after the sandbox is gone. (Propagation is
 * private, so none comes while the list is worked through; one goes where its sandbox's folder is removed meanwhile, mount_namespaces(7).)
 * A bind takes no mounts along, and node_modules may be one: a volume.
 */
const ENTER_SITE = `
set -eu
clone=$1 build=$2 lessons=$3 database=$4 id=$5
shift 5
points=$(cut -d ' ' -f 5 /proc/self/mountinfo | { grep ^/run/unboxed/ || true; } | sort -r)
for point in $points; do
  umount --lazy "$point" 2>/dev/null || ! mountpoint --quiet "$point" || umount --lazy "$point"
done
# Bound while the paths can still be seen, then moved below the tmpfs.
mkdir -p /run/unboxed
mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev,noexec tmpfs /run/unboxed
mkdir /run/unboxed/site /run/unboxed/lessons /run/unboxed/database
mount --bind "$clone" /run/unboxed/site
mount -o remount,bind,ro,nosuid,nodev /run/unboxed/site
mount --bind "$clone/node_modules" /run/unboxed/site/node_modules
mount -o remount,bind,ro,nosuid,nodev /run/unboxed/site/node_modules
mount --bind "$build" /run/unboxed/site/.next
mount -o remount,bind,ro,nosuid,nodev /run/unboxed/site/.next
mount --bind "$lessons" /run/unboxed/lessons
mount -o remount,bind,ro,nosuid,nodev,noexec /run/unboxed/lessons
if [ -n "$database" ]; then
  mount --bind "$database" /run/unboxed/database
  mount -o remount,bind,nosuid,nodev,noexec /run/unboxed/database
fi
cd /run/unboxed/site
exec setpriv --reuid "$id" --regid "$id" --clear-groups --no-new-privs --bounding-set=-all --inh-caps=-all --pdeathsig TERM -- "$@"
`;

/** Arguments and environment of the site as learners get it: built, without root, seeing only what it needs. */
export function siteCommand(settings: Settings, build: string, secret: string): { argv: string[]; env: NodeJS.ProcessEnv } {
  const file = databaseFile(settings.database);
  const program = ["node_modules/node/bin/node", "server.ts", "--hostname", settings.host, "--port", String(settings.port)];
  return {
    argv: [
      ...["unshare", "--mount", "--propagation", "private", "--", "sh", "-c", ENTER_SITE, "sh"],
      ...[CLONE, build, settings.lessonsFolder, file === undefined ? "" : dirname(file), String(SITE_ID), ...program],
    ],
    env: {
      ...siteEnvironment(settings, secret),
      NODE_ENV: "production",
      ...databaseVariables(file === undefined ? settings.database : join("/run/unboxed/database", basename(file))),
      UNBOXED_LESSONS: "/run/unboxed/lessons",
    },
  };
}

/**
 * Arguments and environment of the site while it is worked on: Next then writes into the clone, so it runs as the clone's
 * owner, which is root only where root made the clone.
 */
export function devSiteCommand(settings: Settings, secret: string): { argv: string[]; env: NodeJS.ProcessEnv } {
  const { uid, gid } = statSync(CLONE);
  const program = [NODE, join(CLONE, "server.ts"), "--dev", "--hostname", settings.host, "--port", String(settings.port)];
  const identity = uid === 0 ? [] : ["--reuid", String(uid), "--regid", String(gid), "--clear-groups", "--no-new-privs"];
  return {
    argv: ["setpriv", ...identity, "--pdeathsig", "TERM", "--", ...program],
    env: {
      ...siteEnvironment(settings, secret),
      NODE_ENV: "development",
      ...databaseVariables(settings.database),
      UNBOXED_LESSONS: settings.lessonsFolder,
    },
  };
}

/**
 * Makes the database's folder and an empty file (which SQLite takes for a new database) that belong to the site's user: the
 * lab-server may open it first and, as root, would own it. SQLite itself gives the files beside it the same owner. PostgreSQL needs nothing.
 */
export function prepareDatabase(settings: Settings, owner: { uid: number; gid: number }): void {
  const file = databaseFile(settings.database);
  if (file === undefined) return;
  const folder = dirname(file);
  const ours = folder.startsWith(`${settings.stateFolder}/`) || mkdirSync(folder, { recursive: true, mode: 0o700 }) !== undefined;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (statSync(folder).uid !== owner.uid) {
    if (!ours) {
      throw new StartError(
        `The site's user must own the database's folder: run chown ${owner.uid}:${owner.gid} ${folder}, or choose an empty folder of its own by DATABASE_FILE.`,
      );
    }
    chownSync(folder, owner.uid, owner.gid);
  }
  if (!existsSync(file)) closeSync(openSync(file, "a", 0o600));
  // A start with --dev may have left them to another owner.
  for (const name of readdirSync(folder).filter((name) => name.startsWith(basename(file)))) {
    chownSync(join(folder, name), owner.uid, owner.gid);
  }
}

/** Throws StartError where the site's user could not read the clone's files, as after a clone with umask 077. */
export function checkReadable(paths: readonly string[]): void {
  for (const path of paths) {
    const { mode } = statSync(path);
    const needed = statSync(path).isDirectory() ? 0o005 : 0o004;
    if ((mode & needed) !== needed) {
      throw new StartError(
        `The site runs as a user of its own, who cannot read ${path} (a clone made with umask 077?): run chmod -R o+rX ${CLONE}`,
      );
    }
  }
}

function siteEnvironment(settings: Settings, secret: string): Record<string, string> {
  return {
    PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    LANG: "C.UTF-8",
    HOME: "/nonexistent",
    NEXT_TELEMETRY_DISABLED: "1",
    ...settings.shared,
    ...settings.siteOnly,
    UNBOXED_SECRET: secret,
  };
}
