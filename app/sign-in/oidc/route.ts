/** The way to the provider of OpenID Connect: a link, so that no form leads away from this site. */
import { type NextRequest, NextResponse } from "next/server";
import { OIDC_PROVIDER } from "../../../classroom/authentication.ts";
import { currentAccount } from "../../account.ts";
import { authenticationAt } from "../../authentication.ts";
import { configuration } from "../../configuration.ts";
import { nextPage } from "../../next-page.ts";

/** `?next=`: where to come back to. With `?link=1` the identity is linked to the account that is signed in. */
export async function GET(request: NextRequest): Promise<Response> {
  if (!configuration().oidc) return new Response("There is nothing here.\n", { status: 404 });
  const { headers } = request;
  const query = request.nextUrl.searchParams;
  const callbackURL = nextPage(query.get("next"));
  const links = query.get("link") === "1";
  // Only a page of ours begins to link: another site's could be waiting with an identity of its own.
  if (links && (headers.get("sec-fetch-site") !== "same-origin" || !(await currentAccount())))
    return new Response("Link from your account page.\n", { status: 403 });
  const auth = await authenticationAt(headers.get("host"));
  const body = { provider: OIDC_PROVIDER, callbackURL, errorCallbackURL: links ? "/account" : "/sign-in", disableRedirect: true };
  const { headers: set, response } = links
    ? await auth.api.linkSocialAccount({ body, headers, returnHeaders: true })
    : await auth.api.signInSocial({ body, headers, returnHeaders: true });
  if (!response.url) throw new Error("The provider of OpenID Connect has no address to sign in at.");
  const answer = NextResponse.redirect(response.url, { status: 302, headers: { "cache-control": "no-store" } });
  for (const line of set.getSetCookie()) answer.headers.append("set-cookie", line);
  return answer;
}
