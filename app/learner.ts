/** Who is asking. */
import { cookies } from "next/headers";
import { LEARNER_COOKIE, readLearner } from "../classroom/learners.ts";
import { configuration } from "./configuration.ts";

/** The learner's id; undefined for someone who has not opened a lesson yet. */
export async function currentLearner(): Promise<string | undefined> {
  const cookie = (await cookies()).get(LEARNER_COOKIE);
  if (!cookie) return undefined;
  return (await readLearner(cookie.value, configuration().secret))?.id;
}
