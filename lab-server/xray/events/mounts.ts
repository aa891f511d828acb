/** What happened to mounts and to the upper layers of overlays. */
import type { Facts, FileFact, MountFact } from "../facts.ts";
import { added, changed, type Draft, type Moments, reference, size } from "./words.ts";

export function mountEvents({ before, after }: Moments): Draft[] {
  if (before.mounts === after.mounts) return [];
  // A new mount namespace begins with a copy of all mounts of another, and takes its own along when it goes.
  const [known, kept] = [namespacesOf(before), namespacesOf(after)];
  const stays = ({ namespace }: MountFact) => known.has(namespace) && kept.has(namespace);
  const name = ({ namespace }: MountFact) => after.namespaces[namespace]?.name ?? namespace;
  const mounted = added(before.mounts, after.mounts).filter(([, row]) => stays(row));
  const unmounted = added(after.mounts, before.mounts).filter(([, row]) => stays(row));
  return [
    ...mounted.map(([id, row]): Draft => {
      return { kind: "mounted", text: `${what(row, after)} was mounted on ${row.point} in ${name(row)}`, about: about(id, row) };
    }),
    ...unmounted.map(([id, row]): Draft => {
      return { kind: "unmounted", text: `${row.point} was unmounted in ${name(row)}`, about: about(id, row) };
    }),
  ];
}

function namespacesOf({ mounts }: Facts): Set<string> {
  return new Set(Object.values(mounts).map(({ namespace }) => namespace));
}

function what({ type, root }: MountFact, { namespaces }: Facts): string {
  if (type !== "nsfs") return root === "/" ? type : `${root} of ${type}`;
  // "net:[4026532350]"
  return namespaces[root.replace(/[[\]]/g, "")]?.name ?? root;
}

function about(id: string, { namespace, overlay }: MountFact) {
  return [
    reference("mounts", id),
    reference("namespaces", namespace),
    ...(overlay === undefined ? [] : [reference("overlays", overlay)]),
  ];
}

export function fileEvents({ before, after }: Moments): Draft[] {
  const isNew = ([id, row]: readonly [string, FileFact, FileFact?]) => {
    const old = before.files[id];
    // What an overlay's upper layer holds already when it is mounted did not happen now.
    return before.overlays[row.overlay] !== undefined && (old === undefined || old.change !== row.change);
  };
  const rows = [...added(before.files, after.files), ...changed(before.files, after.files)].filter(isNew);
  return rows.map(([id, row]) => fileEvent(id, row, after));
}

function fileEvent(id: string, { overlay, path, change, type, size: bytes }: FileFact, { overlays }: Facts): Draft {
  const layers = overlays[overlay];
  const where = layers && !layers.sandbox ? ` of the overlay on ${layers.point}` : "";
  const what = `${path}${where}`;
  const holds = type === "file" ? ` (${size(bytes)})` : "";
  const refers = [reference("files", id), reference("overlays", overlay)];
  switch (change) {
    case "copied":
      return { kind: "copied-up", text: `${what} was copied up${holds}`, about: refers };
    case "added":
      return { kind: "file-added", text: `${what} is new in the upper layer${holds}`, about: refers };
    case "whiteout":
      return { kind: "file-hidden", text: `${what} is hidden: the upper layer has a whiteout of that name`, about: refers };
    case "opaque":
      return {
        kind: "file-hidden",
        text: `${what} is opaque: nothing that lower layers have in it is seen`,
        about: refers,
      };
  }
}
