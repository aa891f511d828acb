/** A browser without scripts: keeps cookies, reads pages, and sends their forms. */
import { once } from "node:events";
import { request as ask, type IncomingHttpHeaders } from "node:http";
import { text } from "node:stream/consumers";

export type Answer = { status: number; headers: IncomingHttpHeaders; body: string };

type Question = { method?: string; headers?: Readonly<Record<string, string>>; body?: Uint8Array };

export class Guest {
  readonly #port: number;
  /** Where the site believes to be. */
  readonly origin: string;
  readonly cookies = new Map<string, string>();

  /** `port`: where the site listens. */
  constructor(port: number, origin: string, cookie?: string) {
    this.#port = port;
    this.origin = origin;
    if (cookie !== undefined) this.#keep(cookie);
  }

  /** Asks once: redirects are not followed. */
  async ask(path: string, { method = "GET", headers = {}, body }: Question = {}): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const asked = ask({
      host: "127.0.0.1",
      port: this.#port,
      path,
      method,
      headers: {
        host: new URL(this.origin).host,
        accept: "text/html",
        ...(cookie === "" ? {} : { cookie }),
        ...(body === undefined ? {} : { "content-length": String(body.length) }),
        ...headers,
      },
    });
    asked.end(body);
    const [answer] = await once(asked, "response");
    for (const line of answer.headers["set-cookie"] ?? []) this.#keep(line);
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  /** Opens a page, fills in the form whose button says `button`, and sends it. */
  async send(path: string, button: string, fields: Readonly<Record<string, string>>): Promise<Answer> {
    const page = await this.ask(path);
    const form = [...page.body.matchAll(/<form\b[^>]*>([\s\S]*?)<\/form>/g)].map(([, inside = ""]) => inside);
    const found = form.find((inside) => inside.includes(button));
    if (found === undefined) throw new Error(`${path} (${page.status}) has no form with the button ${JSON.stringify(button)}.`);
    const data = new FormData();
    for (const [tag] of found.matchAll(/<input\b[^>]*type="hidden"[^>]*>/g))
      data.append(attribute(tag, "name"), attribute(tag, "value"));
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return this.post(path, data);
  }

  /** Sends a form that no page has. */
  async post(path: string, data: FormData): Promise<Answer> {
    const encoded = new Response(data);
    const headers = { origin: this.origin, "content-type": encoded.headers.get("content-type") ?? "" };
    return this.ask(path, { method: "POST", headers, body: new Uint8Array(await encoded.arrayBuffer()) });
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split(";");
    const at = pair.indexOf("=");
    const name = pair.slice(0, at);
    const isGone = attributes.some(
      (attribute) => /^\s*max-age=0$/i.test(attribute) || /^\s*expires=Thu, 01 Jan 1970/i.test(attribute),
    );
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(at + 1));
  }
}

function attribute(tag: string, name: string): string {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? "";
  return value
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");
}
