/** Where the provider of OpenID Connect sends people back to. Of better-auth's own routes this is the only one that is reached. */
import type { NextRequest } from "next/server";
import { OIDC_PROVIDER } from "../../../../classroom/authentication.ts";
import { learnerCookie } from "../../../../classroom/learners.ts";
import { sessionCookie } from "../../../../classroom/session-cookie.ts";
import { authenticationAt } from "../../../authentication.ts";
import { configuration } from "../../../configuration.ts";
import { isSecure } from "../../../front/origins.ts";

export async function GET(request: NextRequest): Promise<Response> {
  const { oidc, origins } = configuration();
  if (!oidc || request.nextUrl.pathname !== `/api/auth/callback/${OIDC_PROVIDER}`)
    return Response.json({ message: "There is nothing here." }, { status: 404 });
  const host = request.headers.get("host");
  const answer = new Response(null, await (await authenticationAt(host)).handler(request));
  const secure = isSecure(host, origins);
  // The browser's anonymous learner is the account's now.
  if (answer.headers.getSetCookie().some((line) => line.startsWith(`${sessionCookie(secure)}=`)))
    answer.headers.append(
      "set-cookie",
      `${learnerCookie(secure)}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax${secure ? "; Secure" : ""}`,
    );
  return answer;
}
