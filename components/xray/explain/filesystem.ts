import type { FileFact, MountFact, OverlayFact } from "../../../lab-server/protocol.ts";
import { bytes } from "../amount.ts";
import { type Explain, type TermSlug, values } from "./explanation.ts";

export const explainOverlay: Explain<OverlayFact> = (row, facts) => ({
  kind: "overlay",
  title: row.point,
  colour: "ns-mnt",
  text: row.sandbox
    ? "The file system that this sandbox stands on: the image below, which all sandboxes share and none can change, and a layer of its own above it. A container engine starts every container so."
    : `Directories laid over each other and shown as one: what is changed goes into the upper one. ${row.upper === null ? "This one has no upper layer, so nothing in it can be changed." : "The lower ones stay as they are."}`,
  values: values(
    ["Upper", row.upper ?? "none"],
    ["Lower, topmost first", row.lower.join(", ")],
    ["Work", row.work],
    ["Copied up", row.copied],
    ["New", row.added],
    ["Whiteouts", row.whiteouts],
    ["Opaque directories", row.opaque],
    ["In the upper layer", bytes(row.bytes)],
    ["Seen in", facts.namespaces[row.namespace]?.name],
    ["Not looked at", row.unread],
  ),
  terms: ["overlayfs", "copy-on-write"],
});

const FILES: Record<FileFact["change"], { kind: string; text: string; terms: readonly TermSlug[] }> = {
  copied: {
    kind: "copied-up file",
    text: "It is in a lower layer too, and was copied whole into the upper one when somebody first wrote to it. From then on the upper one is what is seen.",
    terms: ["copy-up", "copy-on-write"],
  },
  added: {
    kind: "new file",
    text: "No lower layer has this name: it was made in the merged tree, and lies in the upper layer alone. Without the overlay mounted it is an ordinary file there.",
    terms: ["overlayfs"],
  },
  whiteout: {
    kind: "whiteout",
    text: "A lower layer has a file of this name, and somebody removed it: the lower one cannot be touched, so the upper layer has a mark of this name that hides it. The mark is a device with the numbers 0 and 0, or an attribute that says the same.",
    terms: ["whiteout"],
  },
  opaque: {
    kind: "opaque directory",
    text: "It was made where a lower layer had a directory of this name that was removed. Its mark says that nothing of the lower one shows through.",
    terms: ["opaque-directory", "whiteout"],
  },
};

export const explainFile: Explain<FileFact> = (row, facts) => ({
  kind: FILES[row.change].kind,
  title: row.path,
  colour: "ns-mnt",
  text: FILES[row.change].text,
  values: values(
    ["Type", row.change === "whiteout" ? "character device 0, 0" : row.type],
    ["Size", row.type === "file" ? bytes(row.size) : undefined],
    ["Overlay", facts.overlays[row.overlay]?.point],
    ["Upper layer", facts.overlays[row.overlay]?.upper],
  ),
  terms: FILES[row.change].terms,
  near: facts.overlays[row.overlay]
    ? [{ name: facts.overlays[row.overlay]?.point ?? "", of: { table: "overlays", id: row.overlay } }]
    : [],
});

/** What is mounted, by the type of its file system. */
const TYPES: Readonly<Record<string, string>> = {
  proc: "Not files on a disk: the kernel's answers about processes, of the pid namespace in which it was mounted.",
  sysfs: "Not files on a disk: what the kernel knows of devices, drivers and itself.",
  tmpfs: "Files in memory, gone with the unmount.",
  overlay: "Layers shown as one tree.",
  cgroup: "The control groups of version 1, one tree for each set of controllers.",
  cgroup2: "The control groups of version 2, one tree.",
  nsfs: "A namespace's file, bound here so that the namespace lives on without a process.",
  devpts: "The terminals of this sandbox.",
  mqueue: "POSIX message queues, of one ipc namespace.",
};

export const explainMount: Explain<MountFact> = (row, facts) => ({
  kind: row.root === "/" || row.type === "nsfs" ? "mount" : "bind mount",
  title: row.point,
  colour: "ns-mnt",
  text: `${TYPES[row.type] ?? `A file system of the type ${row.type}.`} ${propagation(row, facts.namespaces[row.namespace]?.name)}`,
  values: values(
    ["Type", row.type],
    ["Source", row.source],
    ["Its root", row.root],
    ["Options", row.options],
    ["Propagation", row.propagation || "private"],
    ["Mount namespace", facts.namespaces[row.namespace]?.name],
    ["Mount id", `${row.mount}, on ${row.parent}`],
  ),
  terms: row.root === "/" ? ["mount-namespace", "mount-propagation"] : ["bind-mount", "mount-namespace"],
  ...(row.overlay !== undefined && facts.overlays[row.overlay]
    ? { near: [{ name: "Its layers", of: { table: "overlays", id: row.overlay } }] }
    : {}),
});

function propagation({ propagation }: MountFact, namespace = "its namespace"): string {
  if (propagation.includes("shared")) return "It is shared: what is mounted below it appears in its peers as well.";
  if (propagation.includes("master")) return "It is a slave: mounts come to it from its master, and none go back.";
  return `It is in ${namespace} alone: no other mount namespace gets what is mounted below it.`;
}
