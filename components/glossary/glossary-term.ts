/** A term of the glossary as pages show it. */
export type GlossaryTerm = {
  slug: string;
  term: string;
  says: string;
  /** Address of the source. */
  see: string | undefined;
  /** The lesson that teaches it, and the place in it where the term comes first; undefined while that lesson cannot be shown. */
  taught: { title: string; href: string } | undefined;
};

/** Id of the place in a lesson where a term comes first. No heading, task or quiz has a colon in its id. */
export function termAnchor(slug: string): string {
  return `term:${slug}`;
}

/** The colour's name of a term that is a namespace type or a cgroup controller: `ns-NAME` or `cg-NAME`. */
export function termKind(slug: string): string | undefined {
  const namespace = /^(uts|pid|mount|network|user|ipc|cgroup|time)-namespace$/.exec(slug)?.[1];
  if (namespace) return `ns-${SHORT[namespace] ?? namespace}`;
  const controller = /^(memory|cpu|io|pids)-controller$/.exec(slug)?.[1];
  return controller && `cg-${controller}`;
}

const SHORT: Readonly<Record<string, string>> = { mount: "mnt", network: "net" };

/** How a source is called: a manual page by its name, the rest by its site. */
export function sourceName(url: string): string {
  const { hostname, pathname } = new URL(url);
  const page = /\/([\w.-]+)\.(\d\w*)\.html$/.exec(pathname);
  if (page && hostname === "man7.org") return `${page[1]}(${page[2]})`;
  if (hostname === "docs.kernel.org") return "Kernel documentation";
  return hostname.replace(/^www\./, "");
}
