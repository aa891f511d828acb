import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

type Group = "/" | "batch" | "web";

/** Trees of version 1, and where process 57 is in each. */
const TREES: readonly { controller: "memory" | "cpu" | "pids"; place: Group }[] = [
  { controller: "memory", place: "batch" },
  { controller: "cpu", place: "web" },
  { controller: "pids", place: "/" },
];
/** Controllers of version 2, and where their names stand. */
const CONTROLLERS = [
  { controller: "memory", x: 52 },
  { controller: "cpu", x: 112 },
  { controller: "pids", x: 150 },
  { controller: "io", x: 192 },
] as const;

export function CgroupVersions() {
  return (
    <Figure
      title="cgroup version 1 has a tree for each controller, version 2 one tree for all"
      description="Above, version 1: three trees, called memory, cpu and pids. Each has a top group and below it the groups batch and web. Process 57 has a place in every tree: it is in batch in the tree of memory, in web in the tree of cpu, and in the top group in the tree of pids. Below, version 2: one tree. Its top group hands out the controllers memory, cpu, pids and io to its children batch and web. Process 57 is in batch, and that one place counts for all controllers."
      caption="Process 57 has a place in each tree of version 1, and exactly one in version 2."
      height={312}
    >
      <Panel y={2} height={154} label="version 1: a tree for each controller" />
      {TREES.map(({ controller, place }, index) => {
        const x = 14 + index * 107;
        const colour = `var(--cg-${controller})`;
        return (
          <g key={controller}>
            <Text x={x} y={42} size={11} weight={600} colour={colour}>
              {controller}
            </Text>
            <path d={`M${x + 49} 86V94M${x + 23} 102V94H${x + 75}V102`} stroke={colour} />
            <GroupCard x={x} y={50} width={98} height={36} name="/" colour={colour} occupied={place === "/"} beside />
            <GroupCard x={x} y={102} width={46} height={44} name="batch" colour={colour} occupied={place === "batch"} />
            <GroupCard x={x + 52} y={102} width={46} height={44} name="web" colour={colour} occupied={place === "web"} />
          </g>
        );
      })}

      <Panel y={166} height={144} label="version 2: one tree for all" />
      <path d="M170 240V248M90 256V248H250V256" stroke="var(--border-strong)" />
      <GroupCard x={14} y={196} width={312} height={44} name="/" colour="var(--border-strong)" occupied={false} />
      <Text x={52} y={213} size={10.5} colour="var(--muted-foreground)">
        hands out to its children:
      </Text>
      {CONTROLLERS.map(({ controller, x }) => (
        <Text key={controller} x={x} y={231} size={11} weight={600} colour={`var(--cg-${controller})`}>
          {controller}
        </Text>
      ))}
      <GroupCard x={14} y={256} width={152} height={44} name="batch" colour="var(--border-strong)" occupied />
      <GroupCard x={174} y={256} width={152} height={44} name="web" colour="var(--border-strong)" occupied={false} />
      {[66, 226].map((x) => (
        <Stripes key={x} x={x} y={263} />
      ))}
    </Figure>
  );
}

function Panel({ y, height, label }: { y: number; height: number; label: string }) {
  return (
    <>
      <rect x="2" y={y} width="336" height={height} rx="8" fill="var(--muted)" fillOpacity="0.5" stroke="var(--border)" />
      <Text x={14} y={y + 20} size={11.5} weight={600}>
        {label}
      </Text>
    </>
  );
}

type GroupCardProps = {
  x: number;
  y: number;
  width: number;
  height: number;
  name: Group;
  colour: string;
  /** Process 57 is in it. */
  occupied: boolean;
  /** The process stands beside the name and not below it. */
  beside?: boolean;
};

function GroupCard({ x, y, width, height, name, colour, occupied, beside = false }: GroupCardProps) {
  const [px, py] = beside ? [x + width - 36, y + 10] : [x + 8, y + 23];
  return (
    <>
      <Card x={x} y={y} width={width} height={height} colour={colour} />
      <Text x={x + 8} y={y + (beside ? 22 : 16)} size={10.5} mono>
        {name}
      </Text>
      {occupied && (
        <>
          <rect x={px} y={py} width="28" height="16" rx="8" fill="var(--foreground)" />
          <Text x={px + 14} y={py + 12} size={10.5} weight={600} colour="var(--background)" anchor="middle" mono>
            57
          </Text>
        </>
      )}
    </>
  );
}

/** A group has files of every controller: one stripe each. */
function Stripes({ x, y }: { x: number; y: number }) {
  return CONTROLLERS.map(({ controller }, index) => (
    <rect key={controller} x={x + index * 23} y={y} width="18" height="4" rx="2" fill={`var(--cg-${controller})`} />
  ));
}
