import type { FileFact, MountFact, ProcessFact } from "../../../lab-server/protocol.ts";
import { bytes } from "../amount.ts";
import { type Column, FactTable } from "../fact-table.tsx";
import type { ViewProps } from "../view.ts";
import { CHANGES, type Stack, stacksOf } from "./layers.ts";
import { otherRoots } from "./roots.ts";

/** Overlays, the entries of their upper layers, processes with another root, and mounts, as tables. */
export default function FilesystemsTable({ facts, selected, select }: ViewProps) {
  const shared = { selected, select };
  const namespace = (id: string | undefined) => (id === undefined ? "" : (facts.namespaces[id]?.name ?? id));
  const overlays: readonly Column<Stack>[] = [
    { header: "Mounted at", cell: ({ overlay: { point } }) => point },
    { header: "In", cell: ({ overlay }) => namespace(overlay.namespace) },
    {
      header: "Upper layer",
      cell: ({ overlay: { upper, sandbox } }) => (sandbox ? "this sandbox's changes" : (upper ?? "none")),
    },
    { header: "Lower layers, topmost first", cell: ({ overlay: { lower } }) => lower.join(", ") },
    { header: "Copied up", cell: ({ overlay: { copied } }) => copied, numeric: true },
    { header: "New", cell: ({ overlay: { added } }) => added, numeric: true },
    { header: "Hidden", cell: ({ overlay: { whiteouts } }) => whiteouts, numeric: true },
    { header: "Opaque", cell: ({ overlay: { opaque } }) => opaque, numeric: true },
    { header: "Size", cell: ({ overlay }) => bytes(overlay.bytes), numeric: true },
  ];
  const files: readonly Column<FileFact>[] = [
    { header: "Path", cell: ({ path }) => path },
    { header: "Change", cell: ({ change }) => CHANGES[change].word },
    { header: "Type", cell: ({ type }) => type },
    { header: "Overlay", cell: ({ overlay }) => facts.overlays[overlay]?.point ?? overlay },
    { header: "Size", cell: ({ size }) => bytes(size), numeric: true },
  ];
  const roots: readonly Column<ProcessFact>[] = [
    { header: "Process", cell: ({ comm, pids }) => `${comm} ${pids[0] ?? ""}` },
    { header: "Root", cell: ({ root }) => root },
    { header: "In", cell: ({ namespaces }) => namespace(namespaces.mnt) },
  ];
  const mounts: readonly Column<[string, MountFact]>[] = [
    { header: "Mount point", cell: ([, { point }]) => point },
    { header: "In", cell: ([, mount]) => namespace(mount.namespace) },
    { header: "Type", cell: ([, { type }]) => type },
    { header: "Source", cell: ([, { source }]) => source },
    { header: "Root", cell: ([, { root }]) => root },
    { header: "Options", cell: ([, { options }]) => options },
    { header: "Propagation", cell: ([, { propagation }]) => propagation },
  ];
  return (
    <div className="flex flex-col gap-4">
      <FactTable
        caption="Overlays"
        columns={overlays}
        rows={stacksOf(facts)}
        reference={({ id }) => ({ table: "overlays", id })}
        {...shared}
      />
      <FactTable
        caption="Files in upper layers"
        columns={files}
        rows={stacksOf(facts).flatMap((stack) => stack.files)}
        reference={({ overlay, path }) => ({ table: "files", id: `${overlay}:${path}` })}
        empty="Nothing was changed so far."
        {...shared}
      />
      <FactTable
        caption="Processes with another root than the sandbox"
        columns={roots}
        rows={otherRoots(facts).flatMap(({ processes }) => processes)}
        reference={({ pid }) => ({ table: "processes", id: String(pid) })}
        {...shared}
      />
      <FactTable
        caption="Mounts"
        columns={mounts}
        rows={Object.entries(facts.mounts)}
        reference={([id]) => ({ table: "mounts", id })}
        {...shared}
      />
    </div>
  );
}
