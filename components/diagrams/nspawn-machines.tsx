import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

const OUTSIDE = "var(--border-strong)";
const ROOM = "var(--ns-pid)";
const CABLE = "var(--ns-net)";
const MACHINES = [
  { name: "aurora", x: 12, interfaceName: "to-boreal", address: "10.9.0.1", service: "httpd" },
  { name: "boreal", x: 176, interfaceName: "to-aurora", address: "10.9.0.2", service: "logind" },
] as const;
const WIDE = 152;

export function NspawnMachines() {
  return (
    <Figure
      title="Two machines that systemd-nspawn has booted"
      description="The sandbox is the outer frame. In it a shell has started two processes systemd-nspawn. Below each is a room, the namespaces of one machine: aurora on the left, boreal on the right. In each room systemd is PID 1 and has children, journald and one more: httpd in aurora, logind in boreal. At the bottom of each room is a network interface: to-boreal with the address 10.9.0.1 in aurora, to-aurora with 10.9.0.2 in boreal. A cable joins the two. It is the only way from one room to the other."
      caption="Outside each machine is one process with children. Inside it is a system. The cable is the only way across."
      height={300}
    >
      <rect x="2" y="4" width="336" height="292" rx="8" stroke={OUTSIDE} strokeWidth="1.25" />
      <Text x={13} y={22} size={11} weight={600} colour="var(--muted-foreground)">
        your sandbox
      </Text>
      <Process x={130} y={14} width={80} name="bash" />
      <path d="M170 40V50M88 60V50H252V60" stroke={OUTSIDE} strokeWidth="1.2" />
      {MACHINES.map(({ name, x, interfaceName, address, service }) => (
        <g key={name}>
          <Process x={x + 12} y={60} width={WIDE - 24} name="systemd-nspawn" />
          <path d={`M${x + WIDE / 2} 86V118`} stroke={OUTSIDE} strokeWidth="1.2" />
          <rect x={x} y="96" width={WIDE} height="190" rx="8" fill={ROOM} fillOpacity="0.06" stroke={ROOM} strokeWidth="1.25" />
          <Text x={x + 10} y={112} size={11} weight={600} colour={ROOM}>
            {name}
          </Text>
          <Process x={x + 28} y={118} width={96} name="1 systemd" colour={ROOM} />
          <path d={`M${x + WIDE / 2} 144V154M${x + 40} 164V154H${x + 112}V164`} stroke={ROOM} strokeWidth="1.2" />
          <Process x={x + 8} y={164} width={66} name="journald" />
          <Process x={x + 80} y={164} width={64} name={service} />
          <Card x={x + 18} y={222} width={WIDE - 36} height={46} colour={CABLE} />
          <Text x={x + WIDE / 2} y={241} anchor="middle" size={11} weight={550} colour={CABLE} mono>
            {interfaceName}
          </Text>
          <Text x={x + WIDE / 2} y={258} anchor="middle" size={10.5} colour="var(--muted-foreground)" mono>
            {address}
          </Text>
        </g>
      ))}
      <path d="M146 245H194" stroke={CABLE} strokeWidth="2" />
    </Figure>
  );
}

type ProcessProps = { x: number; y: number; width: number; name: string; colour?: string };

function Process({ x, y, width, name, colour = "var(--foreground)" }: ProcessProps) {
  return (
    <>
      <Card x={x} y={y} width={width} height={26} colour={colour} />
      <Text x={x + width / 2} y={y + 17} anchor="middle" size={11} mono>
        {name}
      </Text>
    </>
  );
}
