import { Figure } from "./figure.tsx";
import { Card, type NamespaceType, Text } from "./shapes.tsx";

type Row = { type: NamespaceType; asks: string; hears: string };

/** What a process asks the machine, and what its namespace of that type answers. */
const LEFT: readonly Row[] = [
  { type: "uts", asks: "my host name?", hears: "aurora" },
  { type: "pid", asks: "my number?", hears: "1" },
  { type: "mnt", asks: "what is at /?", hears: "my own tree" },
  { type: "net", asks: "interfaces?", hears: "lo, eth0" },
];
const RIGHT: readonly Row[] = [
  { type: "user", asks: "who am I?", hears: "root, uid 0" },
  { type: "ipc", asks: "message queues?", hears: "none yet" },
  { type: "cgroup", asks: "my cgroup?", hears: "/" },
  { type: "time", asks: "up how long?", hears: "ten days" },
];

const TOP = 8;
const STEP = 62;
const BOX = { width: 108, height: 52 };
/** The process in the middle. */
const MIDDLE = { x: 129, width: 82 };

export function EightNamespaces() {
  return (
    <Figure
      title="One process and its eight namespaces"
      description={`In the middle stands one process, bash. From it eight lines lead to eight boxes, its namespaces, and each answers one question: ${[...LEFT, ...RIGHT].map(({ type, asks, hears }) => `${type}: ${asks} ${hears}`).join("; ")}. Below all of them lies one kernel.`}
      caption="A process asks, its namespaces answer. Another process may share seven of them with it and differ in the eighth."
      height={304}
    >
      <Card x={MIDDLE.x} y={TOP} width={MIDDLE.width} height={3 * STEP + BOX.height} colour="var(--foreground)" />
      <Text x={170} y={104} anchor="middle" size={13} weight={600} mono>
        # bash
      </Text>
      <Text x={170} y={121} anchor="middle" size={11} colour="var(--muted-foreground)">
        one process
      </Text>
      <Text x={170} y={146} anchor="middle" size={9.5} colour="var(--muted-foreground)" mono>
        /proc/PID/ns
      </Text>
      {LEFT.map((row, index) => (
        <Answer key={row.type} {...row} x={6} y={TOP + index * STEP} port={MIDDLE.x} edge={6 + BOX.width} />
      ))}
      {RIGHT.map((row, index) => (
        <Answer key={row.type} {...row} x={226} y={TOP + index * STEP} port={MIDDLE.x + MIDDLE.width} edge={226} />
      ))}
      <path d="M170 246V262" stroke="var(--border-strong)" strokeDasharray="2 3" />
      <rect x="6" y="262" width="328" height="34" rx="5" fill="var(--muted)" stroke="var(--border-strong)" />
      <Text x={170} y={283} anchor="middle" size={11.5} colour="var(--muted-foreground)">
        one kernel, for every process on the machine
      </Text>
    </Figure>
  );
}

/** A namespace's box, and the line from the process (at `port`) to the box (at `edge`). */
function Answer({ type, asks, hears, x, y, port, edge }: Row & { x: number; y: number; port: number; edge: number }) {
  const colour = `var(--ns-${type})`;
  const middle = y + BOX.height / 2;
  return (
    <g>
      <rect x={x} y={y} {...BOX} rx="6" fill={colour} fillOpacity="0.06" stroke={colour} strokeWidth="1.25" />
      <Text x={x + 9} y={y + 15} size={11} weight={600} colour={colour} mono>
        {type}
      </Text>
      <Text x={x + 9} y={y + 30} size={10.5} colour="var(--muted-foreground)">
        {asks}
      </Text>
      <Text x={x + 9} y={y + 44} size={11} weight={550}>
        {hears}
      </Text>
      <path d={`M${port} ${middle}H${edge}`} stroke={colour} strokeWidth="1.25" />
      <circle cx={port} cy={middle} r="3" fill={colour} stroke="var(--background)" strokeWidth="1.5" />
    </g>
  );
}
