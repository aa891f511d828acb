import { NAMESPACE_TYPES, type ProcessFact } from "../../../lab-server/protocol.ts";
import { clock } from "../clock.ts";
import { type Explain, type TermSlug, values } from "./explanation.ts";

/** proc_pid_stat(5). */
const STATES: Readonly<Record<string, string>> = {
  R: "running, or ready to",
  S: "asleep until something happens",
  D: "asleep and not to be disturbed",
  I: "idle",
  T: "stopped by a signal",
  t: "stopped by its tracer",
  Z: "ended, waiting for its parent to take note",
  X: "dead",
};

export const explainProcess: Explain<ProcessFact> = (row, facts) => {
  const own = Object.entries(row.namespaces).filter(([, id]) => id !== undefined && facts.namespaces[id]?.origin === "made");
  const groups = [...new Set(Object.values(row.groups))];
  const isJailed = row.root !== "/";
  const frozen = groups.find((group) => facts.groups[group]?.frozen);
  const terms: TermSlug[] = [
    ...(row.pids.length > 1 ? (["pid-namespace"] as const) : []),
    ...(isJailed ? (["chroot", "root-directory"] as const) : []),
    ...(frozen !== undefined ? (["freezer"] as const) : []),
    ...(own.length > 0 ? (["namespace"] as const) : []),
  ];
  return {
    kind: "process",
    title: row.command,
    text: `${identity(row)} ${situation(row, own.length, frozen)}`,
    values: values(
      [row.pids.length > 1 ? "Pids, inwards" : "Pid", row.pids.join(" → ")],
      ["Host pid", row.pid],
      ["State", `${row.state}: ${STATES[row.state] ?? "unknown"}`],
      ["User", user(row)],
      ["Threads", row.threads > 1 ? row.threads : undefined],
      ["Root directory", row.root],
      ["Groups", groups.join(", ")],
      ["Started at", clock(row.startedAt)],
    ),
    terms: terms.length > 0 ? terms : ["namespace"],
    near: [
      ...NAMESPACE_TYPES.flatMap((type) => {
        const id = row.namespaces[type];
        const name = id !== undefined && own.some(([other]) => other === type) ? facts.namespaces[id]?.name : undefined;
        return id !== undefined && name !== undefined ? [{ name, of: { table: "namespaces", id } as const }] : [];
      }),
      ...groups.filter((group) => group !== "/").map((group) => ({ name: group, of: { table: "groups", id: group } as const })),
    ],
  };
};

function identity({ pid, pids }: ProcessFact): string {
  const inner = pids.at(-1);
  if (pids.length > 1)
    return `One process with a number in each pid namespace from the host's inwards: ${[pid, ...pids].join(", ")}${inner === 1 ? ", and being 1 in the innermost it is that one's init" : ""}.`;
  if (inner === 1) return `The sandbox's first process: 1 inside, and ${pid} to the host.`;
  return `An ordinary process of the host: the sandbox's pid namespace calls it ${inner}, the host's ${pid}.`;
}

function situation({ root, state, uid }: ProcessFact, own: number, frozen: string | undefined): string {
  if (frozen !== undefined) return `It does not run now, because its group ${frozen} is frozen.`;
  if (state === "Z") return "It has ended, and is only kept so that its parent can read how.";
  if (root !== "/") return `Its root directory is ${root}: no path that it opens leads out of there by itself.`;
  if (uid.inner === 0 && uid.sandbox !== 0 && uid.sandbox !== null)
    return `In its user namespace it is root; outside of it, it is user ${uid.sandbox} and can do what that one can.`;
  if (own > 0)
    return `It is in ${own === 1 ? "a namespace" : `${own} namespaces`} made in here, and shares the rest with the sandbox.`;
  return "It is in the sandbox's own namespaces, as your shell was at first.";
}

function user({ uid }: ProcessFact): string {
  const name = (id: number | null) => (id === null ? "nobody (not mapped)" : id === 0 ? "0 (root)" : String(id));
  const sandbox = uid.inner === uid.sandbox ? "" : `${name(uid.sandbox)} in the sandbox, `;
  return `${name(uid.inner)}${sandbox === "" ? " in the sandbox" : " in its user namespace"}, ${sandbox}${uid.host} on the host`;
}
