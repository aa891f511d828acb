import { Figure } from "./figure.tsx";
import { Card, Namespace, Text } from "./shapes.tsx";
import "./box-bridge.css";

const BOXES = [
  { name: "web", cable: "v-web", address: "10.88.0.2/24", x: 4 },
  { name: "client", cable: "v-client", address: "10.88.0.3/24", x: 174 },
] as const;
const ROOM = { width: 162, height: 128 };
const PORT = 142;

export function BoxBridge() {
  const colour = "var(--ns-net)";
  return (
    <Figure
      title="A bridge connects the network namespaces of boxes"
      description="Above, side by side, two network namespaces, web and client, each with lo and an interface eth0; eth0 has 10.88.0.2/24 in web and 10.88.0.3/24 in client. Below, the sandbox's network namespace. In it the outer ends of two cables, v-web and v-client, are plugged into the bridge box0, which has the address 10.88.0.1/24. A request goes from client down its cable, through the bridge and up the cable to web; the answer comes back the same way."
      caption="Each box has one cable, and its outer end is plugged into the bridge. To a program in a box, there is only lo and eth0."
      height={262}
    >
      {BOXES.map(({ name, address, x }) => (
        <Namespace key={name} type="net" label={name} x={x} y={4} {...ROOM}>
          <Interface x={x + 11} y={30} name="lo" detail="127.0.0.1/8" />
          <Interface x={x + 11} y={80} name="eth0" detail={address} colour={colour} />
        </Namespace>
      ))}
      <Namespace type="net" label="sandbox" x={4} y={PORT + 8} width={332} height={108}>
        <Card x={15} y={PORT + 40} width={310} height={64} colour={colour} />
        <Text x={170} y={PORT + 84} anchor="middle" size={12} weight={600} mono colour={colour}>
          box0
        </Text>
        <Text x={170} y={PORT + 98} anchor="middle" size={10.5} mono colour="var(--muted-foreground)">
          10.88.0.1/24
        </Text>
      </Namespace>
      {BOXES.map(({ name, cable, x }) => (
        <g key={name}>
          <path d={`M${x + 81} 122V${PORT + 40}`} stroke={colour} strokeWidth="2" />
          <rect x={x + 75} y={116} width="12" height="9" rx="2" fill={colour} />
          <rect x={x + 75} y={PORT + 36} width="12" height="9" rx="2" fill={colour} />
          <Text x={x + 92} y={PORT + 34} size={10.5} mono>
            {cable}
          </Text>
        </g>
      ))}
      <circle className="box-frame box-request" r="4.5" fill="var(--accent)" />
      <circle className="box-frame box-answer" r="4.5" fill="var(--success)" />
    </Figure>
  );
}

function Interface({ x, y, name, detail, colour }: { x: number; y: number; name: string; detail: string; colour?: string }) {
  return (
    <>
      <Card x={x} y={y} width={ROOM.width - 22} height={40} {...(colour ? { colour } : {})} />
      <Text x={x + 10} y={y + 16} size={11.5} weight={600} mono colour={colour ?? "var(--foreground)"}>
        {name}
      </Text>
      <Text x={x + 10} y={y + 32} size={11} mono colour="var(--muted-foreground)">
        {detail}
      </Text>
    </>
  );
}
