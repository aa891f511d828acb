/** At which addresses browsers reach a site that runs behind the proxy of docker-compose.yml. */

const DEFAULT_PORTS = { http: "80", https: "443" } as const;

/** Origins, separated by commas: UNBOXED_ORIGIN where it is set, else what follows from the domain, or from the port without one. */
export function originsAt({
  UNBOXED_ORIGIN,
  UNBOXED_DOMAIN,
  UNBOXED_HTTP_PORT,
  UNBOXED_HTTPS_PORT,
}: Readonly<Record<string, string | undefined>>): string {
  const given = UNBOXED_ORIGIN?.trim();
  if (given) return given;
  const domains = (UNBOXED_DOMAIN ?? "").split(",").flatMap((domain) => domain.trim() || []);
  if (domains.length > 0) return domains.map((domain) => origin("https", domain, UNBOXED_HTTPS_PORT)).join(",");
  return ["localhost", "127.0.0.1"].map((host) => origin("http", host, UNBOXED_HTTP_PORT)).join(",");
}

/** `published` is a port, or an address and a port, as compose files have them. */
function origin(scheme: keyof typeof DEFAULT_PORTS, host: string, published: string | undefined): string {
  const port = published?.trim().split(":").at(-1) || DEFAULT_PORTS[scheme];
  return `${scheme}://${host}${port === DEFAULT_PORTS[scheme] ? "" : `:${port}`}`;
}
