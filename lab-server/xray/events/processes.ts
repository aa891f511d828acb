/** What happened to processes and namespaces. */
import { type Facts, NAMESPACE_TYPES, type NamespaceFact, type ProcessFact } from "../facts.ts";
import type { Ran } from "../process-watch.ts";
import {
  added,
  changed,
  type Draft,
  list,
  type Moments,
  microseconds,
  namespaceId,
  processName,
  processReference,
  reference,
} from "./words.ts";

export function processEvents({ before, after }: Moments): Draft[] {
  const drafts: Draft[] = [];
  for (const [, row] of added(before.processes, after.processes)) {
    const parent = after.processes[String(row.parent)] ?? before.processes[String(row.parent)];
    drafts.push({
      kind: "process-started",
      text: `${processName(row)} started${parent ? `, a child of ${processName(parent)}` : ""}`,
      about: [processReference(row), ...(parent ? [processReference(parent)] : [])],
    });
    if (parent && parent.root !== row.root) drafts.push(rootChanged(row));
  }
  for (const [, row, old] of changed(before.processes, after.processes)) drafts.push(...changesOf(row, old, { before, after }));
  for (const [, row] of added(after.processes, before.processes)) {
    drafts.push({ kind: "process-ended", text: `${processName(row)} ended`, about: [processReference(row)] });
  }
  return drafts;
}

/** Programs that ended before anybody looked. */
export function shortLives(ran: readonly Ran[], moments: Moments): Draft[] {
  return ran.map(({ pid, parent, inside, command, milliseconds }): Draft => {
    const by = processOf(parent, moments);
    return {
      kind: "process-ended",
      text: `${command} (pid ${inside}) ran for ${microseconds(milliseconds * 1000)}`,
      about: [reference("processes", pid), ...(by ? [processReference(by)] : [])],
    };
  });
}

function changesOf(row: ProcessFact, old: ProcessFact, { before, after }: Moments): Draft[] {
  const drafts: Draft[] = [];
  const about = [processReference(row)];
  // A zombie has no arguments any more.
  if (row.state !== "Z" && row.comm !== old.comm) {
    drafts.push({ kind: "process-became", text: `${processName(old)} became ${row.command}`, about });
  }
  const joined = NAMESPACE_TYPES.flatMap((type) => {
    const id = row.namespaces[type];
    const namespace = id === undefined ? undefined : after.namespaces[id];
    // Into one that was not there before nobody goes: it was made, which is told there.
    const isOld = id !== undefined && before.namespaces[id] !== undefined;
    return namespace && isOld && old.namespaces[type] !== undefined && old.namespaces[type] !== id ? [namespace] : [];
  });
  if (joined.length > 0) {
    drafts.push({
      kind: "process-joined",
      text: `${processName(row)} went into ${list(joined.map(({ name }) => name))}`,
      about: [...about, ...joined.map((namespace) => reference("namespaces", namespaceId(namespace)))].slice(0, 4),
    });
  }
  if (row.root !== old.root) {
    drafts.push(rootChanged(row));
  }
  return drafts;
}

function rootChanged(row: ProcessFact): Draft {
  const text = `${row.root} is the root directory of ${processName(row)} now`;
  return { kind: "root-changed", text, about: [processReference(row)] };
}

export function namespaceEvents({ before, after }: Moments): Draft[] {
  const made = added(before.namespaces, after.namespaces).filter(([, { origin }]) => origin === "made");
  const gone = added(after.namespaces, before.namespaces);
  return [
    ...made.map(([id, row]) => namespaceMade(id, row, { before, after })),
    ...gone.map(([id, { name }]): Draft => {
      return { kind: "namespace-gone", text: `${name} is gone: nothing holds it any more`, about: [reference("namespaces", id)] };
    }),
  ];
}

function namespaceMade(id: string, row: NamespaceFact, { before, after }: Moments): Draft {
  const members = Object.values(after.processes).filter(({ namespaces }) => namespaces[row.type] === id);
  // The one whose parent is elsewhere brought the others with it.
  const first = members.find(({ parent }) => members.every(({ pid }) => pid !== parent)) ?? members[0];
  if (!first) {
    const where = row.pinned[0];
    const maker = processOf(row.madeBy?.pid ?? null, { before, after });
    const empty = maker ? `${processName(maker)} made ${row.name}: its next child will be in it` : `${row.name} was made`;
    return {
      kind: "namespace-made",
      text: where === undefined ? empty : `${row.name} was made; ${where} holds it`,
      about: [reference("namespaces", id), ...(maker && where === undefined ? [processReference(maker)] : [])],
    };
  }
  const about = [reference("namespaces", id), processReference(first)];
  if (row.type === "pid") {
    const maker = processOf(first.parent, { before, after });
    const makes = maker ? `${maker.comm} made ${row.name}` : `${row.name} was made`;
    const text = first.pids.at(-1) === 1 ? `${makes}; its pid 1 is ${first.comm}` : `${makes}; ${processName(first)} is in it`;
    return { kind: "namespace-made", text, about: [...about, ...(maker ? [processReference(maker)] : [])] };
  }
  const itself = before.processes[String(first.pid)];
  const text = itself ? `${processName(itself)} made ${row.name}` : `${row.name} was made; ${processName(first)} is in it`;
  return { kind: "namespace-made", text, about };
}

/** As it was before, when it made what is new: it may be another program by now, or have ended. */
function processOf(pid: number | null, { before, after }: { before: Facts; after: Facts }): ProcessFact | undefined {
  return pid === null ? undefined : (after.processes[String(pid)] ?? before.processes[String(pid)]);
}
