/** Which of the site's origins a request came to: what a Host header says, held against UNBOXED_ORIGIN. */

/** A host name, an IPv4 address or an IPv6 address in brackets, and perhaps a port (RFC 9110, section 7.2). */
const HOST = /^(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?$/;

/** The origins at this host: two where the site is served with and without TLS under one name, none where the host is not the site's. */
export function originsAt(host: string | null | undefined, origins: readonly string[]): string[] {
  if (!host || !HOST.test(host)) return [];
  return origins.filter((origin) => {
    const address = `${origin.slice(0, origin.indexOf(":"))}://${host}`;
    return URL.canParse(address) && new URL(address).origin === origin;
  });
}

/** Whether browsers reach the site at this host by https alone, so that cookies and the host may be tied to it. */
export function isSecure(host: string | null | undefined, origins: readonly string[]): boolean {
  const found = originsAt(host, origins);
  return found.length > 0 && found.every((origin) => origin.startsWith("https:"));
}
