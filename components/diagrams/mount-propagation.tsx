import { Figure } from "./figure.tsx";
import { ArrowHead, Card, Text } from "./shapes.tsx";

/** Which mounts each side has in the end: the sandbox mounted `disk`, the copy mounted `own`. */
const TYPES = [
  { name: "private", spreads: "nothing spreads", into: false, back: false },
  { name: "slave", spreads: "into the copy", into: true, back: false },
  { name: "shared", spreads: "both ways", into: true, back: true },
] as const;

const ROW = 92;
const TOP = 40;
const SIDE = 122;
const RIGHT = 340 - 4 - SIDE;

export function MountPropagation() {
  return (
    <Figure
      title="Which mounts reach the copy of a mount list"
      description="Three rows, each with the sandbox's mount list on the left and the copy in a new mount namespace on the right. Afterwards the sandbox mounts /media/disk and the new namespace mounts /media/own. Private: the left list has only disk, the right list only own. Slave: the left list has disk, the right list has disk and own. Shared: both lists have both."
      caption="Both sides start with /media. Then the sandbox mounts disk, and the new namespace mounts own. A dashed mount arrived by itself."
      height={TOP + 3 * ROW - 8}
    >
      <Text x={4} y={14} size={11} weight={600} colour="var(--ns-mnt)">
        sandbox
      </Text>
      <Text x={4} y={28} size={10.5} colour="var(--muted-foreground)">
        mounts disk
      </Text>
      <Text x={RIGHT} y={14} size={11} weight={600} colour="var(--ns-mnt)">
        new namespace
      </Text>
      <Text x={RIGHT} y={28} size={10.5} colour="var(--muted-foreground)">
        mounts own
      </Text>
      {TYPES.map(({ name, spreads, into, back }, index) => {
        const y = TOP + index * ROW;
        return (
          <g key={name}>
            <List x={4} y={y} disk="here" own={back ? "arrived" : "absent"} />
            <List x={RIGHT} y={y} disk={into ? "arrived" : "absent"} own="here" />
            <Text x={170} y={y + 17} anchor="middle" size={11.5} weight={600} mono>
              {name}
            </Text>
            <Arrow y={y + 34} on={into} to="right" />
            <Arrow y={y + 54} on={back} to="left" />
            <Text x={170} y={y + 73} anchor="middle" size={10} colour="var(--muted-foreground)">
              {spreads}
            </Text>
          </g>
        );
      })}
    </Figure>
  );
}

type Presence = "here" | "arrived" | "absent";

/** A mount list with /media and what is mounted below it. */
function List({ x, y, disk, own }: { x: number; y: number; disk: Presence; own: Presence }) {
  return (
    <g>
      <rect
        x={x}
        y={y}
        width={SIDE}
        height="80"
        rx="7"
        fill="var(--ns-mnt)"
        fillOpacity="0.06"
        stroke="var(--ns-mnt)"
        strokeWidth="1.25"
      />
      <Text x={x + 10} y={y + 17} size={11} mono>
        /media
      </Text>
      <path
        d={`M${x + 15} ${y + 23}V${y + 63}M${x + 15} ${y + 39}H${x + 24}M${x + 15} ${y + 63}H${x + 24}`}
        stroke="var(--border-strong)"
      />
      <Mount x={x + 26} y={y + 29} name="disk" presence={disk} />
      <Mount x={x + 26} y={y + 53} name="own" presence={own} />
    </g>
  );
}

function Mount({ x, y, name, presence }: { x: number; y: number; name: string; presence: Presence }) {
  if (presence === "absent") {
    return (
      <Text x={x + 8} y={y + 14} size={11} colour="var(--muted-foreground)">
        –
      </Text>
    );
  }
  return (
    <>
      <Card x={x} y={y} width={86} height={20} colour="var(--ns-mnt)" dashed={presence === "arrived"} />
      <Text x={x + 8} y={y + 14} size={11} weight={550} mono>
        {name}
      </Text>
    </>
  );
}

/** An arrow between the lists, or a line that is cut where nothing passes. */
function Arrow({ y, on, to }: { y: number; on: boolean; to: "left" | "right" }) {
  const from = 134;
  const end = 206;
  if (!on) {
    return (
      <g stroke="var(--border-strong)" strokeWidth="1.25" strokeLinecap="round">
        <path d={`M${from} ${y}H163M177 ${y}H${end}`} strokeDasharray="1 4" />
        <path d={`M167 ${y - 3}l6 6m0 -6l-6 6`} />
      </g>
    );
  }
  return (
    <g>
      <path d={`M${from} ${y}H${end}`} stroke="var(--ns-mnt)" strokeWidth="1.4" />
      <ArrowHead x={to === "right" ? end : from} y={y} to={to} colour="var(--ns-mnt)" />
    </g>
  );
}
