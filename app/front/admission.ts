/** Which requests are let through to the site at all, by their head alone. */
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { originsAt } from "./origins.ts";

/** A no to a request: one sentence, what is wrong and what to do. */
export type Refusal = { status: number; message: string; headers?: Readonly<Record<string, string>> };

/** Bytes of a request's body. The largest that a page of ours sends is an answer to a quiz, but for a class's roster. */
const MOST_BODY = 64 * 1024;
const MOST_ROSTER = 256 * 1024;
const ROSTER = /^\/classes\/[\w-]{1,64}\/learners\/import$/;
const METHODS = "GET, HEAD, POST";
/** What probes ask for, which reach the site by whatever address they have. They tell nothing. */
const PROBES: ReadonlySet<string> = new Set(["/api/health", "/lab/healthz"]);

/** How Next names the server actions of a build: a byte of what kind it is, and a SHA-1. */
const ACTION = /^[0-9a-f]{42}$/;
const FOREIGN_PAGE: Refusal = { status: 403, message: "This request does not come from a page of this site." };
export const FOREIGN_HOST: Refusal = {
  status: 421,
  message: "This address is not one of the site's. The operator sets the site's addresses in UNBOXED_ORIGIN.",
};

/** The path of a request's target as it was sent, nothing decoded; undefined where the target is not of the usual form. */
export function pathOf({ url = "" }: IncomingMessage): string | undefined {
  const isUsual = url.startsWith("/") && !url.startsWith("//") && !url.includes("\\") && URL.canParse(url, "http://site");
  return isUsual ? url.split("?")[0] : undefined;
}

/** Why the request is refused; undefined where it is not. Upgrades are judged elsewhere. */
export function refusalOf(request: IncomingMessage, origins: readonly string[]): Refusal | undefined {
  const { headers, method = "" } = request;
  if (!METHODS.split(", ").includes(method))
    return { status: 405, message: `Only ${METHODS} are answered here.`, headers: { Allow: METHODS } };
  const path = pathOf(request);
  if (request.headersDistinct.host?.length !== 1) return { status: 400, message: "A request has one Host header." };
  if (path === undefined) return { status: 400, message: "The request's target makes no sense." };
  const body = bodyRefusal(headers, ROSTER.test(path) ? MOST_ROSTER : MOST_BODY);
  if (body) return body;
  if (PROBES.has(path) && method !== "POST") return undefined;
  const here = originsAt(headers.host, origins);
  if (here.length === 0) return FOREIGN_HOST;
  // Browsers name the page's origin in every POST: Fetch, "origin header". Whatever changes something is one.
  if (method === "POST" && !here.includes(headers.origin ?? "")) return FOREIGN_PAGE;
  const action = headers["next-action"];
  if (action !== undefined && !ACTION.test(String(action))) return { status: 400, message: "There is no such action." };
  return isForeign(headers, method) ? FOREIGN_PAGE : undefined;
}

/** Its length must be told beforehand: then nothing is read that is too long, and no two servers can differ on where it ends. */
function bodyRefusal(headers: IncomingHttpHeaders, most: number): Refusal | undefined {
  if (headers["transfer-encoding"] !== undefined)
    return { status: 411, message: "A request's length must be told in Content-Length.", headers: { Connection: "close" } };
  if (Number(headers["content-length"] ?? 0) > most)
    return { status: 413, message: `A request's body has at most ${most} bytes.`, headers: { Connection: "close" } };
  return undefined;
}

/**
 * Whether another site's page asks (W3C Fetch Metadata Request Headers). It may link to a page of ours, and nothing else: it may
 * not load, embed or send anything. Browsers that say nothing of it are judged by Origin and cookies alone.
 */
function isForeign(headers: IncomingHttpHeaders, method: string): boolean {
  const site = headers["sec-fetch-site"];
  if (site === undefined || site === "same-origin" || site === "none") return false;
  return !(method !== "POST" && headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document");
}
