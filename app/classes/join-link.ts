import { headers } from "next/headers";
import { configuration } from "../configuration.ts";
import { originsAt } from "../front/origins.ts";

/** The link by which learners come into a class, at the origin at which the one who looks has reached the site. */
export async function joinLink(code: string): Promise<string> {
  const { origins } = configuration();
  const [origin = origins[0] ?? ""] = originsAt((await headers()).get("host"), origins)
    .toSorted()
    .toReversed();
  return `${origin}/join/${code}`;
}
