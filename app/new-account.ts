/** An account made by e-mail address and password, and signed in at once. */
import { APIError } from "better-auth/api";
import { headers } from "next/headers";
import { z } from "zod";
import { authenticationAt, keepCookies } from "./authentication.ts";
import { forgetLearner } from "./forget-learner.ts";
import { Email, Name, newPasswordProblem, Password } from "./form.ts";

export const NewAccount = z.object({ name: Name, email: Email, password: Password });

type Made = { id: string } | { fields: Record<string, string> };

/** Returns the new account's id, or what is wrong with which field. Only in an action. */
export async function makeAccount({ name, email, password }: z.infer<typeof NewAccount>): Promise<Made> {
  const problem = await newPasswordProblem(password, [name, email]);
  if (problem !== undefined) return { fields: { password: problem } };
  const asked = await headers();
  const auth = await authenticationAt(asked.get("host"));
  try {
    const { headers: set, response } = await auth.api.signUpEmail({
      body: { name, email, password },
      headers: asked,
      returnHeaders: true,
    });
    await keepCookies(set);
    await forgetLearner();
    return { id: response.user.id };
  } catch (error) {
    if (!(error instanceof APIError) || error.statusCode !== 422) throw error;
    return { fields: { email: "No account can be made with this e-mail address. If you have one already, sign in." } };
  }
}
