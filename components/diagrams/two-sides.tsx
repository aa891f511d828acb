import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

/** What one asks about the server's process, and the answers of both sides. */
const ANSWERS = [
  { asks: "its number", inside: "1", outside: "153", colour: "var(--ns-pid)" },
  { asks: "its parent", inside: "none", outside: "152", colour: "var(--ns-pid)" },
  { asks: "its /", inside: "/", outside: "/root/box", colour: "var(--ns-mnt)" },
  { asks: "processes in sight", inside: "1", outside: "all", colour: "var(--ns-pid)" },
  { asks: "distribution", inside: "Box Linux", outside: "Debian", colour: "var(--ns-mnt)" },
] as const;

const TOP = 84;
const ROW = 34;
const BOTTOM = TOP + ANSWERS.length * ROW;
const SIDES = [
  { label: "asked in the box", x: 6 },
  { label: "asked outside", x: 225 },
] as const;
const WIDE = 109;

export function TwoSides() {
  return (
    <Figure
      title="One process, looked at from both sides"
      description={`At the top stands one process, httpd. Below are two columns with the answers that one gets about it: in the box and outside. ${ANSWERS.map(({ asks, inside, outside }) => `${asks}: ${inside} in the box, ${outside} outside`).join("; ")}. Three more rows stretch over both columns, because both sides get the same answer: the network, which was not unshared, port 8080; the processor and memory; and the kernel, uname -r.`}
      caption="Where the box has something of its own, the answers differ. What was not unshared is shared, and the kernel always is."
      height={BOTTOM + 88}
    >
      <Card x={110} y={6} width={120} height={38} colour="var(--foreground)" />
      <Text x={170} y={22} anchor="middle" size={12.5} weight={600} mono>
        httpd
      </Text>
      <Text x={170} y={37} anchor="middle" size={10.5} colour="var(--muted-foreground)">
        one process
      </Text>
      <path d="M110 25H60V58M230 25H280V58" stroke="var(--border-strong)" strokeWidth="1.2" />
      {SIDES.map(({ label, x }) => (
        <g key={label}>
          <rect x={x} y={58} width={WIDE} height={BOTTOM - 58} rx="7" fill="var(--background)" stroke="var(--border-strong)" />
          <Text x={x + WIDE / 2} y={75} anchor="middle" size={11} weight={600}>
            {label}
          </Text>
        </g>
      ))}
      {ANSWERS.map(({ asks, inside, outside, colour }, index) => {
        const y = TOP + index * ROW;
        return (
          <g key={asks}>
            <path d={`M14 ${y}H326`} stroke="var(--border)" />
            <Text x={170} y={y + 21} anchor="middle" size={10.5} colour="var(--muted-foreground)">
              {asks}
            </Text>
            <Text x={60} y={y + 22} anchor="middle" size={13} weight={600} colour={colour} mono>
              {inside}
            </Text>
            <Text x={280} y={y + 22} anchor="middle" size={13} weight={600} colour={colour} mono>
              {outside}
            </Text>
          </g>
        );
      })}
      <Shared y={BOTTOM + 8} label="the network, port 8080: not unshared" colour="var(--ns-net)" />
      <Shared y={BOTTOM + 34} label="processors and memory" colour="var(--muted-foreground)" />
      <Shared y={BOTTOM + 60} label="the kernel: uname -r, one answer" colour="var(--accent)" />
    </Figure>
  );
}

/** What both sides have in common. */
function Shared({ y, label, colour }: { y: number; label: string; colour: string }) {
  return (
    <>
      <rect x="6" y={y} width="328" height="22" rx="5" fill={colour} fillOpacity="0.09" stroke={colour} strokeWidth="1.1" />
      <Text x={170} y={y + 15} anchor="middle" size={11} weight={550} colour={colour}>
        {label}
      </Text>
    </>
  );
}
