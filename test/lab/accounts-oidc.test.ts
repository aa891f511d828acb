/** Signing in by OpenID Connect at a real provider, by the wire. Needs root. */
import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { waysIn } from "../../classroom/account-access.ts";
import { learnerOf } from "../../classroom/account-learner.ts";
import { findAccountByEmail } from "../../classroom/accounts.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { freePort } from "../browser/product.ts";
import { Lab } from "./harness.ts";
import { CLIENT, OidcProvider } from "./oidc.ts";
import { makeAccount, type Person } from "./people.ts";
import { Site } from "./site.ts";

const SESSION = "unboxed_session";

let provider: OidcProvider;
let lab: Lab;
let site: Site;
let db: Database;
let origin: string;
before(async () => {
  provider = await OidcProvider.start();
  const port = await freePort();
  origin = `http://localhost:${port}`;
  provider.serve(origin);
  lab = await Lab.start({
    env: {
      UNBOXED_ORIGIN: origin,
      UNBOXED_OIDC_ISSUER: provider.issuer,
      UNBOXED_OIDC_CLIENT_ID: CLIENT.id,
      UNBOXED_OIDC_CLIENT_SECRET: CLIENT.secret,
      UNBOXED_OIDC_NAME: "the school",
    },
  });
  site = await Site.start(lab, port);
  db = await openDatabase(`${lab.stateFolder}/database/unboxed.sqlite`);
});
after(async () => {
  await db?.destroy();
  await site?.[Symbol.asyncDispose]();
  await lab?.[Symbol.asyncDispose]();
  await provider?.[Symbol.asyncDispose]();
});

/** A browser that goes back and forth between the two, with a jar for each. */
class Traveller {
  readonly jars = new Map<string, Map<string, string>>();

  constructor(cookie?: string) {
    const [name = "", ...value] = cookie?.split("=") ?? [];
    if (cookie !== undefined) this.jar(origin).set(name, value.join("="));
  }

  jar(where: string): Map<string, string> {
    const jar = this.jars.get(where) ?? new Map<string, string>();
    this.jars.set(where, jar);
    return jar;
  }

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.jar(new URL(url).origin);
    const headers = new Headers(init.headers);
    headers.set("cookie", [...jar].map(([name, value]) => `${name}=${value}`).join("; "));
    const response = await fetch(url, { ...init, headers, redirect: "manual" });
    for (const line of response.headers.getSetCookie()) {
      const [pair = ""] = line.split(";");
      const at = pair.indexOf("=");
      if (/max-age=0|expires=Thu, 01 Jan 1970/i.test(line)) jar.delete(pair.slice(0, at));
      else jar.set(pair.slice(0, at), pair.slice(at + 1));
    }
    return response;
  }

  /** Follows redirects until a page, or until one leads to where `stop` says. */
  async follow(start: string, init: RequestInit = {}, stop?: (url: string) => boolean): Promise<{ url: string; page: string }> {
    let url = start;
    let response = await this.ask(url, init);
    for (let hop = 0; hop < 12; hop++) {
      const location = response.headers.get("location");
      if (location === null) break;
      url = new URL(location, url).href;
      if (stop?.(url)) return { url, page: "" };
      await response.body?.cancel();
      response = await this.ask(url);
    }
    return { url, page: await response.text() };
  }

  /** The provider's two pages: who are you, and may the site know it. */
  async passProvider(at: { url: string; page: string }, login: string, stop?: (url: string) => boolean) {
    let here = at;
    for (const prompt of ["login", "consent"]) {
      if (!here.url.startsWith(provider.issuer)) return here;
      const action = new URL(/action="([^"]+)"/.exec(here.page)?.[1] ?? "", here.url).href;
      const body = new URLSearchParams({ prompt, login, password: "whatever" });
      here = await this.follow(action, { method: "POST", body }, stop);
    }
    return here;
  }

  signIn(login: string, next = "/"): Promise<{ url: string; page: string }> {
    return this.follow(`${origin}/sign-in/oidc?next=${encodeURIComponent(next)}`).then((at) => this.passProvider(at, login));
  }
}

const person = (name: string): Promise<Person> =>
  makeAccount(
    { database: `${lab.stateFolder}/database/unboxed.sqlite`, secret: lab.secret, origin },
    { name, email: `${name.toLowerCase()}@example.org` },
  );

test("whoever comes from the provider has an account, keeps the browser's progress, and comes back to the page they were on", async () => {
  provider.identities.set("ada", { email: "Ada@example.org", email_verified: true, name: "Ada" });
  const traveller = new Traveller();
  assert.match((await traveller.follow(`${origin}/sign-in`)).page, /Sign in with (<!-- -->)?the school/);
  await traveller.follow(`${origin}/lessons/plain`);
  assert.ok(traveller.jar(origin).has("unboxed_learner"));
  const { url } = await traveller.signIn("ada", "/glossary");
  assert.equal(url, `${origin}/glossary`);
  assert.ok(traveller.jar(origin).has(SESSION));
  assert.ok(!traveller.jar(origin).has("unboxed_learner"));
  const account = await findAccountByEmail(db, "ada@example.org");
  assert.deepEqual([account?.name, account?.role], ["Ada", "learner"]);
  assert.ok(await learnerOf(db, account?.id ?? ""));
  const again = new Traveller();
  await again.signIn("ada");
  assert.ok(again.jar(origin).has(SESSION));
  assert.equal((await db.selectFrom("account").select("id").where("email", "=", "ada@example.org").execute()).length, 1);
});

test("the way there has state, PKCE and a nonce, and no token of the provider is kept", async () => {
  const traveller = new Traveller();
  const { url } = await traveller.follow(`${origin}/sign-in/oidc`, {}, (to) => to.startsWith(provider.issuer));
  const query = new URL(url).searchParams;
  assert.equal(query.get("code_challenge_method"), "S256");
  for (const name of ["state", "code_challenge", "nonce"]) assert.ok((query.get(name) ?? "").length > 20, name);
  assert.equal(query.get("redirect_uri"), `${origin}/api/auth/callback/oidc`);
  const kept = await db
    .selectFrom("credential")
    .select(["access_token", "refresh_token", "id_token"])
    .where("provider", "=", "oidc")
    .execute();
  assert.ok(kept.length > 0);
  for (const row of kept) assert.deepEqual({ ...row }, { access_token: null, refresh_token: null, id_token: null });
});

test("an account with the same e-mail address is not taken over; its owner links it while signed in", async () => {
  const bea = await person("Bea");
  provider.identities.set("bea", { email: "bea@example.org", email_verified: true, name: "Not Bea" });
  const stranger = new Traveller();
  const { url, page } = await stranger.signIn("bea");
  assert.equal(new URL(url).pathname, "/sign-in");
  assert.match(page, /There is an account with your e-mail address already/);
  assert.ok(!stranger.jar(origin).has(SESSION));

  const owner = new Traveller(bea.cookie);
  const sameOrigin = { headers: { "sec-fetch-site": "same-origin" } };
  const at = await owner.follow(`${origin}/sign-in/oidc?link=1&next=/account`, sameOrigin);
  const back = await owner.passProvider(at, "bea");
  assert.equal(back.url, `${origin}/account`);
  assert.match(back.page, /Unlink/);
  assert.equal((await waysIn(db, bea.id)).oidc.length, 1);
  const later = new Traveller();
  assert.equal((await later.signIn("bea", "/account")).url, `${origin}/account`);
  assert.match((await later.follow(`${origin}/account`)).page, /bea@example\.org/);
});

test("an identity is linked to one account alone, and only a page of this site begins it", async () => {
  const cem = await person("Cem");
  const owner = new Traveller(cem.cookie);
  for (const site of ["cross-site", "none"])
    assert.equal(
      (
        await owner.ask(`${origin}/sign-in/oidc?link=1`, {
          headers: { "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" },
        })
      ).status,
      403,
      site,
    );
  assert.equal(
    (await new Traveller().ask(`${origin}/sign-in/oidc?link=1`, { headers: { "sec-fetch-site": "same-origin" } })).status,
    403,
  );
  const at = await owner.follow(`${origin}/sign-in/oidc?link=1&next=/account`, { headers: { "sec-fetch-site": "same-origin" } });
  const { url, page } = await owner.passProvider(at, "bea");
  assert.equal(new URL(url).searchParams.get("error"), "account_already_linked_to_different_user");
  assert.match(page, /linked to another account/);
  assert.equal((await waysIn(db, cem.id)).oidc.length, 0);
});

test("a callback that this browser did not ask for signs nobody in", async () => {
  provider.identities.set("dan", { email: "dan@example.org", email_verified: true, name: "Dan" });
  const attacker = new Traveller();
  const at = await attacker.follow(`${origin}/sign-in/oidc`);
  const { url } = await attacker.passProvider(at, "dan", (to) => to.startsWith(`${origin}/api/auth/callback/`));
  assert.match(url, /callback\/oidc\?.*code=/);
  const victim = new Traveller();
  const answer = await victim.follow(url);
  assert.ok(!victim.jar(origin).has(SESSION));
  assert.equal(new URL(answer.url).pathname, "/sign-in");
  assert.match(answer.page, /begun in another browser|did not work/);
  for (const path of [
    "/api/auth/callback/oidc",
    "/api/auth/callback/oidc?code=x&state=y",
    "/api/auth/callback/other?code=x&state=y",
  ]) {
    const visitor = new Traveller();
    await visitor.follow(`${origin}${path}`);
    assert.ok(!visitor.jar(origin).has(SESSION), path);
  }
});

test("who tells no e-mail address, or says no, is told what to do", async () => {
  provider.identities.set("eli", { name: "Eli" });
  const { page } = await new Traveller().signIn("eli");
  assert.match(page, /does not tell your e-mail address/);
  const traveller = new Traveller();
  const at = await traveller.follow(`${origin}/sign-in/oidc`);
  const abort = /href="([^"]+abort)"/.exec(at.page)?.[1] ?? "";
  const answer = await traveller.follow(new URL(abort, at.url).href);
  assert.match(answer.page, /did not allow it/);
});
