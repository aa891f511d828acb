import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

type Folder = "/" | "jail" | "foo";

const FOLDERS: readonly { name: Folder; indent: number }[] = [
  { name: "/", indent: 0 },
  { name: "jail", indent: 1 },
  { name: "foo", indent: 2 },
];

/** Where the two pointers stand after each call. */
const STEPS: readonly { call: string; root: Folder; cwd: Folder; foo: boolean; says: string }[] = [
  { call: "in the jail", root: "jail", cwd: "jail", foo: false, says: ".. stops here" },
  { call: 'chroot("foo")', root: "foo", cwd: "jail", foo: true, says: "above the root" },
  { call: 'chdir("..") × 64', root: "foo", cwd: "/", foo: true, says: "no stop on the way" },
  { call: 'chroot(".")', root: "/", cwd: "/", foo: true, says: "out" },
];

const PANEL = { width: 162, height: 136 };
const GAP = 8;
const ROW = 30;
/** From a panel's top to its first folder. */
const HEAD = 34;
const INDENT = 14;

export function ChrootEscape() {
  return (
    <Figure
      title="How two calls of chroot lead out of a jail"
      description="Four pictures of the same tree: the real root, in it jail, in jail foo. Two marks show where the process's root directory and its working directory stand. One, in the jail: both stand at jail. Two, after chroot of foo: the root has moved down to foo, the working directory is still at jail, above it. Three, after chdir to the parent: the working directory is at the real root, the root still at foo. Four, after chroot of the dot: both stand at the real root."
      caption="root and cwd are the two pointers of the process. Tinted is what a path from / can name. In 2 and 3 the process stands above its root, so .. meets no stop."
      height={2 * PANEL.height + GAP + 8}
    >
      {STEPS.map((step, index) => (
        <Panel
          key={step.call}
          number={index + 1}
          {...step}
          x={4 + (index % 2) * (PANEL.width + GAP)}
          y={4 + Math.floor(index / 2) * (PANEL.height + GAP)}
        />
      ))}
    </Figure>
  );
}

type PanelProps = (typeof STEPS)[number] & { number: number; x: number; y: number };

function Panel({ number, call, root, cwd, foo, says, x, y }: PanelProps) {
  const top = (folder: Folder) => y + HEAD + FOLDERS.findIndex(({ name }) => name === folder) * ROW;
  const shown = FOLDERS.filter(({ name }) => foo || name !== "foo");
  const left = x + 8 + (FOLDERS.find(({ name }) => name === root)?.indent ?? 0) * INDENT;
  const bottom = top("foo") + ROW - 6;
  return (
    <g>
      <Card x={x} y={y} width={PANEL.width} height={PANEL.height} />
      <Text x={x + 10} y={y + 20} size={11} colour="var(--muted-foreground)">
        {number}
      </Text>
      <Text x={x + 24} y={y + 20} size={11.5} weight={600} mono={number > 1}>
        {call}
      </Text>
      <rect
        x={left}
        y={top(root)}
        width={x + PANEL.width - 8 - left}
        height={bottom - top(root)}
        rx="4"
        fill="var(--ns-mnt)"
        fillOpacity="0.13"
      />
      {shown.map(({ name, indent }) => (
        <g key={name}>
          {indent > 0 && (
            <path
              d={`M${x + 19 + (indent - 1) * INDENT} ${top(name) - 8}V${top(name) + 12}H${x + 26 + (indent - 1) * INDENT}`}
              stroke="var(--border-strong)"
            />
          )}
          <Text x={x + 15 + indent * INDENT} y={top(name) + 16} size={11.5} weight={550} mono>
            {name}
          </Text>
        </g>
      ))}
      <Pointer name="root" x={x + 80} y={top(root) + 3} colour="var(--ns-mnt)" />
      <Pointer name="cwd" x={x + 119} y={top(cwd) + 3} colour="var(--foreground)" />
      <Text x={x + PANEL.width - 10} y={y + PANEL.height - 6} anchor="end" size={10} colour="var(--muted-foreground)">
        {says}
      </Text>
    </g>
  );
}

/** One of the two pointers that a process has into the tree. */
function Pointer({ name, x, y, colour }: { name: string; x: number; y: number; colour: string }) {
  return (
    <>
      <rect x={x} y={y} width="35" height="18" rx="9" fill={colour} />
      <Text x={x + 17.5} y={y + 13} anchor="middle" size={10.5} weight={600} colour="var(--background)">
        {name}
      </Text>
    </>
  );
}
