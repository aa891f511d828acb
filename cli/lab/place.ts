/** Where lessons and images are, and which limits sandboxes have: the lab-server's own configuration. */
import { lessonSlugs } from "../../curriculum/library.ts";
import { nearest } from "../../curriculum/nearest.ts";
import { type Configuration, readConfiguration } from "../../lab-server/configuration.ts";
import { StartError } from "../start/step.ts";

/** Throws ConfigurationError. */
export function readPlace(): Pick<Configuration, "lessonsFolder" | "imagesFolder" | "stateFolder" | "sandbox"> {
  // Nothing is signed here: any secret does.
  return readConfiguration({ ...process.env, UNBOXED_SECRET: process.env.UNBOXED_SECRET ?? "0".repeat(32) });
}

/** The lessons that were named, all if none were. Throws StartError where there is no such lesson. */
export async function chooseLessons(lessonsFolder: string, named: readonly string[]): Promise<readonly string[]> {
  const all = await lessonSlugs(lessonsFolder);
  for (const slug of named) {
    if (all.includes(slug)) continue;
    const meant = nearest(slug, all);
    throw new StartError(`There is no lesson "${slug}" in ${lessonsFolder}.${meant ? ` Did you mean ${meant}?` : ""}`);
  }
  return named.length > 0 ? named : all;
}
