import { Figure } from "./figure.tsx";
import { ArrowHead, Card, Namespace, Text } from "./shapes.tsx";

type Tree = { place: string; holds: "the jail" | "the sandbox's tree" };

/** The list of mounts after each step: what is at the top, and what is mounted below it. */
const STEPS: readonly { label: string; top: Tree; below?: Tree }[] = [
  {
    label: "mount --rbind /jail /jail",
    top: { place: "/", holds: "the sandbox's tree" },
    below: { place: "/jail", holds: "the jail" },
  },
  {
    label: "pivot_root . old",
    top: { place: "/", holds: "the jail" },
    below: { place: "/old", holds: "the sandbox's tree" },
  },
  { label: "umount -l /old", top: { place: "/", holds: "the jail" } },
];

const BOX = { width: 332, height: 86 };
const GAP = 10;
const MOUNT = { width: 124, height: 46 };
const LEFT = 16;
const RIGHT = 340 - 16 - MOUNT.width;

export function PivotRoot() {
  return (
    <Figure
      title="What pivot_root does to the list of mounts"
      description="Three boxes below each other, the same mount namespace after three commands. After mount rbind: the sandbox's tree is at the top, at slash, and the jail is mounted in it at slash jail; dot dot leads from the jail up into the sandbox's tree. After pivot_root: the jail is at the top, at slash, and the sandbox's tree is mounted in it at slash old. After umount: the jail is at the top, and there is nothing else; dot dot at the top stays there."
      caption="The same mount namespace after each command. In the end nothing lies above the jail, so there is nowhere to go up to."
      height={3 * BOX.height + 2 * GAP + 8}
    >
      {STEPS.map(({ label, top, below }, index) => {
        const y = 4 + index * (BOX.height + GAP);
        const middle = y + 30 + MOUNT.height / 2;
        return (
          <Namespace key={label} type="mnt" label={label} x={4} y={y} {...BOX}>
            <Mount x={LEFT} y={y + 30} {...top} />
            {below ? (
              <>
                <Mount x={RIGHT} y={y + 30} {...below} />
                <path d={`M${LEFT + MOUNT.width + 6} ${middle}H${RIGHT - 4}`} stroke="var(--border-strong)" strokeWidth="1.4" />
                <ArrowHead x={LEFT + MOUNT.width + 5} y={middle} to="left" colour="var(--border-strong)" />
                <Text x={170} y={middle - 6} anchor="middle" size={12} weight={600} mono>
                  ..
                </Text>
              </>
            ) : (
              <>
                <Card x={RIGHT} y={y + 30} {...MOUNT} dashed />
                <Text x={RIGHT + MOUNT.width / 2} y={middle + 4} anchor="middle" size={11} colour="var(--muted-foreground)">
                  gone from the list
                </Text>
              </>
            )}
          </Namespace>
        );
      })}
    </Figure>
  );
}

/** A mount: where it is, and which tree it shows. */
function Mount({ x, y, place, holds }: Tree & { x: number; y: number }) {
  const jail = holds === "the jail";
  return (
    <>
      <Card x={x} y={y} {...MOUNT} colour={jail ? "var(--ns-mnt)" : "var(--border-strong)"} />
      {jail && <rect x={x} y={y} {...MOUNT} rx="5" fill="var(--ns-mnt)" fillOpacity="0.13" />}
      <Text x={x + 11} y={y + 19} size={12} weight={600} mono>
        {place}
      </Text>
      <Text x={x + 11} y={y + 36} size={11} colour={jail ? "var(--foreground)" : "var(--muted-foreground)"}>
        {holds}
      </Text>
    </>
  );
}
