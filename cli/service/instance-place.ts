/** Whose state a backup is of, and a restore goes to. */
import { readFileSync } from "node:fs";
import { keptSecret, readSettings, type Settings } from "../start/settings.ts";
import { CONFIGURATION, isInstalled, serviceSettings } from "./place.ts";

export type Place = {
  settings: Settings;
  /** Whether it is the installed service. */
  service: boolean;
};

/** What names a place on one machine, and means nothing on another. */
const PLACES = new Set(["UNBOXED_STATE", "UNBOXED_IMAGES", "UNBOXED_LESSONS", "DATABASE_FILE", "DATABASE_URL", "UNBOXED_SECRET"]);

/** The instance that the environment names, or else the installed service, or else that of `npm start`. Throws StartError. */
export function findPlace(environment: NodeJS.ProcessEnv): Place {
  const service = !environment.UNBOXED_STATE && isInstalled();
  return { service, settings: service ? serviceSettings() : readSettings(environment) };
}

/** Its configuration with the secret, as NAME=value lines. */
export function configurationOf({ settings, service }: Place, environment: NodeJS.ProcessEnv): string {
  if (service) return readFileSync(CONFIGURATION, "utf8");
  const set = Object.entries(environment).filter(
    ([name, value]) => (name === "PORT" || name.startsWith("UNBOXED_")) && !PLACES.has(name) && value,
  );
  const secret = settings.secret ?? keptSecret(settings.stateFolder);
  return `${[...set, ["UNBOXED_SECRET", secret]].map(([name, value]) => `${name}=${JSON.stringify(value)}`).join("\n")}\n`;
}
