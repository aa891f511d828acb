/**
 * The base images that the Dockerfiles begin with, made here from Debian's packages and this clone's Node: so that the tests need no registry
 * of images. They know what the machine knows of npm's registry and of certificates, which the Dockerfiles need not know.
 */
import { cpSync, globSync, mkdirSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CLONE, NODE } from "../../cli/start/settings.ts";
import { importTree } from "../bench/engines/engine.ts";
import { command, type Engine, folderIn } from "./engine.ts";

/** Beside what mmdebstrap always takes: what the proxy's image has, and its health check asks with. */
const PACKAGES = ["ca-certificates", "caddy", "busybox"];
const CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";
const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Images that Dockerfiles begin with and no earlier stage makes. */
export function baseImages(): string[] {
  const files = globSync("deploy/docker/*Dockerfile", { cwd: CLONE }).map((file) => readFileSync(join(CLONE, file), "utf8"));
  const stages = files.flatMap((text) => [...text.matchAll(/^FROM \S+ AS (\S+)$/gm)].map(([, name]) => name));
  const bases = files.flatMap((text) => [...text.matchAll(/^FROM (\S+)/gm)].flatMap(([, name]) => name ?? []));
  return [...new Set(bases)].filter((name) => !stages.includes(name));
}

/** Makes one tree, and every base image of it. */
export async function makeBaseImages(engine: Engine): Promise<void> {
  const tree = join(folderIn(engine, "base"), "tree");
  const excluded = ["/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*"].map(
    (path) => `--dpkgopt=path-exclude=${path}`,
  );
  const suite = /^VERSION_CODENAME=(\w+)$/m.exec(readFileSync("/etc/os-release", "utf8"))?.[1] ?? "bookworm";
  // In namespaces of its own, as images/bootstrap.ts: what it mounts goes with it.
  const alone = ["--mount", "--pid", "--fork", "--kill-child", "--mount-proc", "--"];
  const options = ["--mode=root", "--variant=minbase", "--format=directory", `--include=${PACKAGES.join(",")}`, ...excluded];
  await command("unshare", [...alone, "mmdebstrap", ...options, suite, tree]);
  await furnish(tree);
  const changes = [`ENV PATH=${PATH}`, `ENV NODE_EXTRA_CA_CERTS=${CERTIFICATES}`].flatMap((change) => ["--change", change]);
  for (const name of baseImages()) await importTree(tree, ["docker", "--host", engine.host, "import", ...changes, "-", name]);
  rmSync(tree, { recursive: true });
}

/** Node and npm as the official image has them, and this machine's way to npm's registry. */
async function furnish(tree: string): Promise<void> {
  const local = join(tree, "usr/local");
  const npm = process.env.npm_execpath ?? realpathSync((await command("which", ["npm"])).stdout.trim());
  for (const folder of ["bin", "etc", "lib/node_modules"]) mkdirSync(join(local, folder), { recursive: true });
  cpSync(NODE, join(local, "bin/node"));
  cpSync(dirname(dirname(npm)), join(local, "lib/node_modules/npm"), { recursive: true });
  symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(local, "bin/npm"));
  symlinkSync("/bin/busybox", join(local, "bin/wget"));
  const { stdout } = await command("npm", ["config", "get", "registry"]);
  writeFileSync(join(local, "etc/npmrc"), `registry=${stdout.trim()}\n`);
  cpSync(process.env.NODE_EXTRA_CA_CERTS ?? CERTIFICATES, join(tree, CERTIFICATES), { dereference: true });
}
