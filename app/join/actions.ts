"use server";
/** How a learner comes into a class, and out of it. */
import { redirect } from "next/navigation";
import { z } from "zod";
import { LONGEST_TYPED_CODE } from "../../classroom/class-code.ts";
import { joinClass, leaveClass } from "../../classroom/members.ts";
import type { Answer } from "../../components/classroom/use-act.ts";
import { currentAccount } from "../account.ts";
import { refusalsSaid } from "../classes/class-access.ts";
import { database } from "../database.ts";
import { currentLearner } from "../learner.ts";
import { classAt } from "./guesses.ts";

const Code = z.string().max(LONGEST_TYPED_CODE);

/** Joins the class of this code by the name in the form, and goes to it. */
export async function join(code: string, _: Answer, form: FormData): Promise<Answer> {
  const found = await classAt(Code.parse(code));
  if (found === "wait") return { problem: "Many wrong codes were tried from your network. Wait a minute, then try again." };
  if (found === undefined) return { problem: "There is no class with this code any more. Ask your instructor for the new one." };
  const [account, learner] = await Promise.all([currentAccount(), currentLearner()]);
  if (!learner)
    return { problem: "This browser keeps no cookies of this site, and without one you cannot be known again. Allow them." };
  const answer = await refusalsSaid(async () =>
    joinClass(await database(), { class: found, learner, name: String(form.get("name") ?? ""), account }),
  );
  if (answer.problem === undefined) redirect(`/class/${found.id}`);
  return answer;
}

/** Leaves a class. For who is not in it nothing happens. */
export async function leave(id: string): Promise<Answer> {
  const learner = await currentLearner();
  if (learner) await leaveClass(await database(), z.string().max(64).parse(id), learner);
  redirect("/");
}
