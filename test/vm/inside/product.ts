/** The product in the guest, as an operator has it. */
import { execFileSync } from "node:child_process";
import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { PROGRAM } from "../../../cli/service/place.ts";
import { MOUNTS } from "../recipe.ts";

/** The folder that suites are run from: the installed release, or the clone where none is installed. */
export function productFolder(): string {
  const current = join(PROGRAM, "current");
  return existsSync(current) ? realpathSync(current) : MOUNTS.clone;
}

/** Runs one of the clone's commands; what it prints. Throws where it fails. */
export function command(name: string, ...args: string[]): string {
  // The guest's own are those of tests.
  const { UNBOXED_STATE: _, UNBOXED_IMAGES: __, ...env } = process.env;
  const said = execFileSync(process.execPath, [`cli/${name}.ts`, ...args], {
    cwd: MOUNTS.clone,
    env,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  console.log(said);
  return said;
}

/** Runs a program; what it prints. Throws where it fails. */
export function run(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] }).trim();
}
