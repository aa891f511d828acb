import { slug } from "github-slugger";

/** What is checked. Each has a heading of this name in docs/self-hosting/troubleshoot.md, which tells more than one sentence can. */
export const TOPICS = [
  "root",
  "kernel",
  "namespaces",
  "user.max_user_namespaces",
  "cgroup",
  "overlay",
  "loop devices",
  "kernel.apparmor_restrict_unprivileged_userns",
  "memory",
  "node",
  "container",
  "runc",
  "disk",
  "port",
  "image",
  "running",
  "environment",
] as const;
type Topic = (typeof TOPICS)[number];
/** A topic, or one thing of a topic that has many. */
export type FindingName = Topic | `${string} namespace` | `cgroup ${string}` | `port ${number}`;

/** What a check found. */
export type Finding = {
  name: FindingName;
  state: "ok" | "warning" | "failure";
  /** What is there. */
  found: string;
  /** Where it is not ok: what that means and how to cure it, one sentence. */
  cure?: string;
};

export const ok = (name: FindingName, found: string): Finding => ({ name, state: "ok", found });
export const warning = (name: FindingName, found: string, cure: string): Finding => ({ name, state: "warning", found, cure });
export const failure = (name: FindingName, found: string, cure: string): Finding => ({ name, state: "failure", found, cure });

/** Where more is said of it: a file of the clone and a heading in it, which is the site's page /docs/troubleshoot as well. */
export function readMore(name: FindingName): string {
  return `docs/self-hosting/troubleshoot.md#${slug(topicOf(name))}`;
}

function topicOf(name: FindingName): string {
  if (name.endsWith(" namespace")) return "namespaces";
  return TOPICS.find((topic) => name === topic || name.startsWith(`${topic} `)) ?? name;
}
