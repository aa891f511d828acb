/** The columns that `fact` knows of each table: docs/lesson-format.md tells authors of them. */
import { type Facts, NAMESPACE_TYPES, type Table } from "../xray/facts.ts";

type Value = string | number | boolean | null | undefined | readonly (string | number)[];
type ColumnsOf<R> = Readonly<Record<string, (row: R, facts: Facts, id: string) => Value>>;
type Columns<T extends Table> = ColumnsOf<Facts[T][string]>;

/** Hierarchies of cgroup v1 that a process's group is told of by name. */
const HIERARCHIES = ["memory", "cpu", "cpuacct", "cpuset", "pids", "freezer", "blkio", "devices"] as const;

const processes: Columns<"processes"> = {
  pid: ({ pids }) => pids[0],
  "pid.inner": ({ pids }) => pids.at(-1),
  "pid.host": ({ pid }) => pid,
  parent: ({ parent }, facts) => pidOf(parent, facts),
  comm: ({ comm }) => comm,
  command: ({ command }) => command,
  state: ({ state }) => state,
  uid: ({ uid }) => uid.sandbox,
  "uid.inner": ({ uid }) => uid.inner,
  "uid.host": ({ uid }) => uid.host,
  threads: ({ threads }) => threads,
  root: ({ root }) => root,
  ...each(NAMESPACE_TYPES, "namespace", (type): Columns<"processes">[string] => {
    return ({ namespaces }, facts) => nameOf(namespaces[type], facts);
  }),
  group: ({ groups }) => groups.unified ?? groups.memory,
  ...each(HIERARCHIES, "group", (hierarchy): Columns<"processes">[string] => {
    return ({ groups }) => groups[hierarchy] ?? groups.unified;
  }),
};

const namespaces: Columns<"namespaces"> = {
  name: ({ name }) => name,
  type: ({ type }) => type,
  inode: ({ inode }) => inode,
  origin: ({ origin }) => origin,
  parent: ({ parent }, facts) => nameOf(parent, facts),
  owner: ({ owner }, facts) => nameOf(owner, facts),
  processes: ({ type }, facts, id) => Object.values(facts.processes).filter(({ namespaces }) => namespaces[type] === id).length,
  pinned: ({ pinned }) => pinned,
  uidMap: ({ uidMap }) => mapOf(uidMap),
  gidMap: ({ gidMap }) => mapOf(gidMap),
};

const groups: Columns<"groups"> = {
  path: ({ path }) => path,
  parent: ({ parent }) => parent,
  controllers: ({ controllers }) => controllers,
  handsDown: ({ handsDown }) => handsDown,
  processes: ({ processes }, facts) => processes.flatMap((pid) => pidOf(pid, facts) ?? []),
  frozen: ({ frozen }) => frozen,
  kind: ({ kind }) => kind,
  "limits.memory": ({ limits }) => limitOf(limits.memory),
  "limits.memoryHigh": ({ limits }) => limitOf(limits.memoryHigh),
  "limits.swap": ({ limits }) => limitOf(limits.swap),
  "limits.cpuQuota": ({ limits }) => limitOf(limits.cpuQuota),
  "limits.cpuPeriod": ({ limits }) => limits.cpuPeriod,
  "limits.cpuWeight": ({ limits }) => limits.cpuWeight,
  "limits.cpus": ({ limits }) => limits.cpus,
  "limits.pids": ({ limits }) => limitOf(limits.pids),
  "limits.io": ({ limits }) => limits.io,
};

const usage: Columns<"usage"> = {
  group: (_, __, id) => id,
  "memory.current": ({ memory }) => memory?.current,
  "memory.peak": ({ memory }) => memory?.peak,
  "memory.reached": ({ memory }) => memory?.reached,
  "memory.oomKills": ({ memory }) => memory?.oomKills,
  "cpu.usage": ({ cpu }) => cpu?.usage,
  "cpu.periods": ({ cpu }) => cpu?.periods,
  "cpu.throttledPeriods": ({ cpu }) => cpu?.throttledPeriods,
  "cpu.throttled": ({ cpu }) => cpu?.throttled,
  "pids.current": ({ pids }) => pids?.current,
  "pids.refused": ({ pids }) => pids?.refused,
  "io.read": ({ io }) => io?.read,
  "io.written": ({ io }) => io?.written,
};

const mounts: Columns<"mounts"> = {
  namespace: ({ namespace }, facts) => nameOf(namespace, facts),
  point: ({ point }) => point,
  root: ({ root }) => root,
  type: ({ type }) => type,
  source: ({ source }) => source,
  options: ({ options }) => options,
  propagation: ({ propagation }) => propagation,
};

const overlays: Columns<"overlays"> = {
  point: ({ point }) => point,
  namespace: ({ namespace }, facts) => nameOf(namespace, facts),
  sandbox: ({ sandbox }) => sandbox,
  lower: ({ lower }) => lower,
  upper: ({ upper }) => upper,
  work: ({ work }) => work,
  copied: ({ copied }) => copied,
  added: ({ added }) => added,
  whiteouts: ({ whiteouts }) => whiteouts,
  opaque: ({ opaque }) => opaque,
  bytes: ({ bytes }) => bytes,
};

const files: Columns<"files"> = {
  overlay: ({ overlay }, { overlays }) => overlays[overlay]?.point,
  path: ({ path }) => path,
  change: ({ change }) => change,
  type: ({ type }) => type,
  size: ({ size }) => size,
};

const interfaces: Columns<"interfaces"> = {
  namespace: ({ namespace }, facts) => nameOf(namespace, facts),
  name: ({ name }) => name,
  kind: ({ kind }) => kind,
  up: ({ up }) => up,
  running: ({ running }) => running,
  mac: ({ mac }) => mac,
  mtu: ({ mtu }) => mtu,
  addresses: ({ addresses }) => addresses,
  peer: ({ peer }, facts) => (peer === null ? null : facts.interfaces[peer]?.name),
  "peer.namespace": ({ peer }, facts) => nameOf(peer === null ? null : facts.interfaces[peer]?.namespace, facts),
  bridge: ({ bridge }, facts) => (bridge === null ? null : facts.interfaces[bridge]?.name),
  received: ({ received }) => received,
  sent: ({ sent }) => sent,
};

type Reader = { columns: string[]; rows: (facts: Facts) => string[][] };

const READERS: Record<Table, Reader> = {
  processes: reader(processes, (facts) => facts.processes),
  namespaces: reader(namespaces, (facts) => facts.namespaces),
  groups: reader(groups, (facts) => facts.groups),
  usage: reader(usage, (facts) => facts.usage),
  mounts: reader(mounts, (facts) => facts.mounts),
  overlays: reader(overlays, (facts) => facts.overlays),
  files: reader(files, (facts) => facts.files),
  interfaces: reader(interfaces, (facts) => facts.interfaces),
};

/** Names of a table's columns, in the order in which `fact` prints them. */
export function columnsOf(table: Table): readonly string[] {
  return READERS[table].columns;
}

/** A table's rows as texts, one a column. */
export function rowsOf(table: Table, facts: Facts): string[][] {
  return READERS[table].rows(facts);
}

function reader<R>(columns: ColumnsOf<R>, tableOf: (facts: Facts) => Record<string, R>): Reader {
  const each = Object.values(columns);
  return {
    columns: Object.keys(columns),
    rows: (facts) => Object.entries(tableOf(facts)).map(([id, row]) => each.map((column) => textOf(column(row, facts, id)))),
  };
}

function textOf(value: Value): string {
  if (value === null || value === undefined) return "";
  if (typeof value === "boolean") return value ? "yes" : "no";
  return typeof value === "object" ? value.join(",") : String(value);
}

function each<N extends string, C>(names: readonly N[], prefix: string, column: (name: N) => C): Record<string, C> {
  return Object.fromEntries(names.map((name) => [`${prefix}.${name}`, column(name)]));
}

/** As the sandbox's own pid namespace counts. */
function pidOf(host: number | null, { processes }: Facts): number | undefined {
  return processes[String(host)]?.pids[0];
}

function nameOf(namespace: string | null | undefined, { namespaces }: Facts): string | undefined {
  return namespaces[namespace ?? ""]?.name;
}

function limitOf(limit: number | null | undefined): Value {
  return limit === null ? "max" : limit;
}

function mapOf(map: Facts["namespaces"][string]["uidMap"]): Value {
  return map?.map(({ inside, outside, length }) => `${inside} ${outside} ${length}`);
}
