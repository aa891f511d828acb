/** The lines of /proc/PID/mountinfo: proc_pid_mountinfo(5), and fs/proc_namespace.c for how they are escaped. */

/** Names are Latin-1, a character for each byte; the options are as written. */
export type MountLine = {
  mount: number;
  parent: number;
  /** "MAJOR:MINOR". */
  device: string;
  root: string;
  point: string;
  options: string;
  /** "shared:1", "master:2", …; none: private. */
  propagation: string[];
  type: string;
  source: string;
  superOptions: string;
};

/** undefined where it is no such line. `line` is Latin-1. */
export function parseMountLine(line: string): MountLine | undefined {
  const fields = line.split(" ");
  // The list of optional fields, which begins at the seventh, ends with a lone hyphen.
  const end = fields.indexOf("-", 6);
  const [mount, parent, device, root, point, options] = fields;
  const [type, source, superOptions] = fields.slice(end + 1);
  if (end === -1 || !NUMBER.test(mount ?? "") || !NUMBER.test(parent ?? "")) return undefined;
  if (device === undefined || root === undefined || point === undefined || options === undefined) return undefined;
  if (type === undefined || source === undefined || superOptions === undefined) return undefined;
  return {
    mount: Number(mount),
    parent: Number(parent),
    device,
    root: unescapeOctal(root),
    point: unescapeOctal(point),
    options,
    propagation: fields.slice(6, end),
    type: unescapeOctal(type),
    source: unescapeOctal(source),
    superOptions,
  };
}

/** Exact as a JavaScript number. */
const NUMBER = /^\d{1,15}$/;

/** Space, tab, newline, backslash and "#", and in options the comma, are octal. */
export function unescapeOctal(field: string): string {
  if (!field.includes("\\")) return field;
  return field.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
}

export type OverlayLayers = {
  lower: string[];
  upper: string | null;
  work: string | null;
  /** Where it notes what it needs to know of a file: extended attributes that begin so. */
  xattrs: "trusted.overlay." | "user.overlay.";
};

/**
 * The layers in the options of an overlay, topmost first: Documentation/filesystems/overlayfs.rst, "Multiple lower layers" and
 * "Specifying layers via mount options". Layers behind "::" hold only data of other layers' files and no names: they are not among them.
 */
export function parseOverlayLayers(superOptions: string): OverlayLayers {
  const layers: OverlayLayers = { lower: [], upper: null, work: null, xattrs: "trusted.overlay." };
  for (const option of superOptions.split(",")) {
    if (option === "userxattr") layers.xattrs = "user.overlay.";
    const equals = option.indexOf("=");
    if (equals === -1) continue;
    const value = unescapeOctal(option.slice(equals + 1));
    switch (option.slice(0, equals)) {
      case "lowerdir":
        layers.lower.push(...splitLayers(value));
        break;
      case "lowerdir+":
        layers.lower.push(value);
        break;
      case "upperdir":
        layers.upper = value.replace(/\\(.)/gs, "$1");
        break;
      case "workdir":
        layers.work = value.replace(/\\(.)/gs, "$1");
        break;
    }
  }
  return layers;
}

/** Colons between layers; a backslash before a character takes its meaning away. */
function splitLayers(value: string): string[] {
  const layers: string[] = [];
  let layer = "";
  for (let at = 0; at < value.length; at++) {
    const character = value.charAt(at);
    if (character === "\\" && at + 1 < value.length) layer += value.charAt(++at);
    else if (character !== ":") layer += character;
    else {
      layers.push(layer);
      layer = "";
      if (value.charAt(at + 1) === ":") return layers;
    }
  }
  return [...layers, layer];
}

/** "MAJOR:MINOR" of st_dev, as mountinfo has it: makedev(3). */
export function deviceNumber(device: number): string {
  const low = device % 2 ** 32;
  const high = Math.floor(device / 2 ** 32);
  const major = ((low >>> 8) & 0xfff) + (high & 0xfffff000);
  const minor = (low & 0xff) + ((low >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}
