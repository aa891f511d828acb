import { cookies, headers } from "next/headers";
import { learnerCookie } from "../classroom/learners.ts";
import { configuration } from "./configuration.ts";
import { isSecure } from "./front/origins.ts";

/** Takes the anonymous learner's cookie from the browser: the learner is an account's now, or the next one is somebody else. */
export async function forgetLearner(): Promise<void> {
  const secure = isSecure((await headers()).get("host"), configuration().origins);
  (await cookies()).set(learnerCookie(secure), "", { path: "/", maxAge: 0, httpOnly: true, sameSite: "lax", secure });
}
