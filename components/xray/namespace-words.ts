/** What the pictures and tables say of a namespace in words. */
import type { NamespaceFact, ProcessFact } from "../../lab-server/protocol.ts";

export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}

/** Where a namespace comes from. `maker` is the process that made it, if it is still there. */
export function originWord({ origin, type, madeBy }: NamespaceFact, maker: ProcessFact | undefined): string {
  if (origin === "sandbox") return "the sandbox’s own";
  if (origin === "host") return "the host’s, shared with the sandbox";
  if (maker) return `made by ${maker.comm}, pid ${maker.pids[0] ?? maker.pid}`;
  if (madeBy === null) return "made in the sandbox";
  const program = madeBy.command.split(" ")[0] ?? madeBy.command;
  // Its first process is known, and who made it for that one is gone.
  return type === "pid" ? `begun with ${program}` : `made by ${program}`;
}

/** Why a namespace is there although no process is in it: namespaces(7), "Namespace lifetime". `holds` are the namespaces that it holds. */
export function whyKept({ type, pinned, madeBy }: NamespaceFact, holds: readonly NamespaceFact[]): string {
  if (pinned[0] !== undefined) return `No process is in it. It stays because it is mounted at ${pinned.join(" and ")}.`;
  if (holds.length > 0)
    return `No process is in it. It stays because ${holds.map(({ name }) => name).join(" and ")} ${type === "user" ? "belongs to it" : "lies in it"}.`;
  if (type === "pid" || type === "time")
    return `No process is in it yet: the next child of ${madeBy?.command.split(" ")[0] ?? "the process that made it"} begins in it.`;
  return "No process is in it. Something that cannot be seen from here keeps it open: a file descriptor, as a rule.";
}

/** How a user namespace's users are called outside. Of the sandbox's own nothing: outside of it begins the host. */
export function mapWord({ origin, uidMap }: NamespaceFact): string | undefined {
  if (uidMap === undefined || origin !== "made") return undefined;
  if (uidMap.length === 0) return "nobody is mapped yet: every user inside is nobody";
  return uidMap.map(mapping).join("; ");
}

function mapping({ inside, outside, length }: { inside: number; outside: number; length: number }): string {
  if (length === 1) return `user ${inside} inside is user ${outside} outside`;
  return `users ${inside} to ${inside + length - 1} inside are ${outside} to ${outside + length - 1} outside`;
}
