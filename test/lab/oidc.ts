/** A real provider of OpenID Connect (the package oidc-provider), in which whoever types a name is that one. */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import Provider from "oidc-provider";
import { freePort } from "../browser/product.ts";

export const CLIENT = { id: "unboxed", secret: "a secret that both of them know" } as const;

export type Identity = { email?: string; email_verified?: boolean; name?: string };

export class OidcProvider implements AsyncDisposable {
  readonly issuer: string;
  /** By what is typed as the name at the provider; it is the subject too. */
  readonly identities = new Map<string, Identity>();
  readonly #server: Server;

  private constructor(server: Server, issuer: string) {
    this.#server = server;
    this.issuer = issuer;
  }

  /** Listens on 127.0.0.1. It knows of no site yet. */
  static async start(): Promise<OidcProvider> {
    const server = createServer();
    const port = await freePort();
    server.listen(port, "127.0.0.1");
    await once(server, "listening");
    return new OidcProvider(server, `http://127.0.0.1:${port}`);
  }

  /** Lets people of a site in. */
  serve(site: string): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          client_id: CLIENT.id,
          client_secret: CLIENT.secret,
          redirect_uris: [`${site}/api/auth/callback/oidc`],
          token_endpoint_auth_method: "client_secret_post",
        },
      ],
      claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
      findAccount: (_, sub) => {
        const identity = this.identities.get(sub);
        return identity && { accountId: sub, claims: async () => ({ sub, ...identity }) };
      },
      pkce: { required: () => true },
      cookies: { keys: ["a key of the provider's own"] },
    });
    this.#server.removeAllListeners("request");
    this.#server.on("request", provider.callback());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }
}
