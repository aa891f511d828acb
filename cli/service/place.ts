/** Where an installed service has its things. The units in deploy/systemd/ name the same paths. */
import { accessSync, constants, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { readSettings, type Settings } from "../start/settings.ts";
import { StartError } from "../start/step.ts";

/** Releases of the program, the site's build, and `current`, a link to the release that runs. */
export const PROGRAM = "/opt/unboxed";
export const STATE = "/var/lib/unboxed";
/** Its configuration, secret included: NAME=value, one a line. */
export const CONFIGURATION = "/etc/unboxed/unboxed.env";
/** In the order in which they start. */
export const SERVICES = ["unboxed-lab.service", "unboxed-site.service"] as const;
export const TARGET = "unboxed.target";

/** The units cannot follow these. */
const FIXED: Readonly<Record<string, string>> = {
  UNBOXED_STATE: `a service keeps its state in ${STATE}: mount a disk there to have it elsewhere`,
  DATABASE_FILE: `a service keeps its database in ${STATE}/database: mount a disk there to have it elsewhere`,
};

/** Whether one is installed whose configuration this process may read. */
export function isInstalled(): boolean {
  try {
    accessSync(CONFIGURATION, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The settings of the installed service. Throws StartError that names every bad variable. */
export function serviceSettings(text = readFileSync(CONFIGURATION, "utf8")): Settings {
  const set = parseEnv(text);
  const fixed = Object.entries(FIXED).filter(([name]) => set[name] !== undefined);
  if (fixed.length > 0)
    throw new StartError(fixed.map(([name, why]) => `${name} may not stand in ${CONFIGURATION}: ${why}.`).join("\n"));
  try {
    return readSettings({ NODE_ENV: "production", ...set, UNBOXED_STATE: STATE });
  } catch (error) {
    if (error instanceof StartError) throw new StartError(`${CONFIGURATION} is bad:\n${error.message}`);
    throw error;
  }
}
