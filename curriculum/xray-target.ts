/** What `<Xray focus="…" />` may point at. */

const NAME = "[A-Za-z0-9_.@:-]+";

/** Each view, and what in it can be pointed at. */
const VIEWS: Readonly<Record<string, readonly string[]>> = {
  processes: ["namespace"],
  cgroups: ["group"],
  filesystems: ["overlay"],
  network: ["interface"],
  timeline: [],
};

export const XRAY_ATTRIBUTES = {
  focus: {
    pattern: new RegExp(`^(${Object.keys(VIEWS).join("|")})$`),
    holds: `one of ${Object.keys(VIEWS).join(", ")}`,
  },
  namespace: {
    pattern: /^(pid|mnt|net|uts|ipc|user|cgroup|time)$/,
    holds: "a type of namespace: pid, mnt, net, uts, ipc, user, cgroup or time",
  },
  group: {
    pattern: new RegExp(`^${NAME}(/${NAME})*$`),
    holds: "the path of a group below the sandbox's own, without a slash in front, for example demo or app/web",
  },
  overlay: { pattern: /^\/\S*$/, holds: "the path where the overlay is mounted, beginning with a slash" },
  interface: { pattern: /^[^\s/]{1,15}$/, holds: "the name of an interface, at most 15 characters" },
} as const;

/** Why the attributes do not go together, and what to do; undefined where they do. */
export function xrayTargetProblem(attributes: Readonly<Record<string, string>>): { message: string; cure: string } | undefined {
  const { focus = "", ...things } = attributes;
  const fitting = VIEWS[focus];
  // What is wrong by itself is told already.
  if (fitting === undefined) return undefined;
  const [other] = Object.keys(things).filter((name) => Object.hasOwn(XRAY_ATTRIBUTES, name) && !fitting.includes(name));
  if (other === undefined) return undefined;
  const [view] = Object.entries(VIEWS).find(([, names]) => names.includes(other)) ?? [];
  return {
    message: `The view ${focus} of the X-ray has no \`${other}\` to point at.`,
    cure: view ? `Write \`focus="${view}"\`, or remove \`${other}\`.` : `Remove \`${other}\`.`,
  };
}
