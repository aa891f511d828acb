/** Who is learning. */
import { cookies, headers } from "next/headers";
import { cache } from "react";
import { adoptLearner, isAnonymous, learnerOf } from "../classroom/account-learner.ts";
import { learnerCookie, readLearner } from "../classroom/learners.ts";
import { currentAccount } from "./account.ts";
import { configuration } from "./configuration.ts";
import { database } from "./database.ts";
import { isSecure } from "./front/origins.ts";

/**
 * The learner's id: the account's for somebody who is signed in, else the browser's own; undefined for someone who has not opened a lesson
 * yet. A browser's cookie is worth nothing once its learner is of an account, so that whoever is signed out there is out.
 */
export const currentLearner = cache(async (): Promise<string | undefined> => {
  const account = await currentAccount();
  const db = await database();
  if (account) return (await learnerOf(db, account.id)) ?? adoptLearner(db, account.id);
  const { origins, secret } = configuration();
  const cookie = (await cookies()).get(learnerCookie(isSecure((await headers()).get("host"), origins)));
  const learner = cookie && (await readLearner(cookie.value, secret))?.id;
  return learner !== undefined && (await isAnonymous(db, learner)) ? learner : undefined;
});
