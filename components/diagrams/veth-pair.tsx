import { Figure } from "./figure.tsx";
import { Card, Namespace, Text } from "./shapes.tsx";

const STACKS = [
  { label: "sandbox", x: 4, lo: "127.0.0.1/8", veth: "veth0", address: "10.0.0.1/24" },
  { label: "aurora", x: 196, lo: "down", veth: "veth1", address: "10.0.0.2/24" },
] as const;
const WIDE = 140;

export function VethPair() {
  const colour = "var(--ns-net)";
  return (
    <Figure
      title="A veth pair connects two network namespaces"
      description="Two boxes side by side, the network namespaces of the sandbox and of aurora. Each holds a server on port 8080, a loopback interface lo, which is still down in aurora, and one end of a cable: veth0 with the address 10.0.0.1/24 in the sandbox, veth1 with 10.0.0.2/24 in aurora. The cable runs from veth0 to veth1 and is the only connection."
      caption="Two stacks, so port 8080 is free in both. What goes in at one end of the pair comes out at the other."
      height={204}
    >
      {STACKS.map(({ label, x, lo, veth, address }) => (
        <Namespace key={label} type="net" label={label} x={x} y={4} width={WIDE} height={196}>
          <Interface x={x + 11} y={32} name="server" detail="*:8080" />
          <Interface x={x + 11} y={84} name="lo" detail={lo} />
          <Interface x={x + 11} y={142} name={veth} detail={address} colour={colour} />
        </Namespace>
      ))}
      <path d="M132 165H208" stroke={colour} strokeWidth="2" />
      <rect x="125" y="159" width="9" height="12" rx="2" fill={colour} />
      <rect x="206" y="159" width="9" height="12" rx="2" fill={colour} />
      <Text x={170} y={156} anchor="middle" size={10.5} colour="var(--muted-foreground)">
        cable
      </Text>
    </Figure>
  );
}

function Interface({ x, y, name, detail, colour }: { x: number; y: number; name: string; detail: string; colour?: string }) {
  return (
    <>
      <Card x={x} y={y} width={WIDE - 22} height={44} {...(colour ? { colour } : {})} />
      <Text x={x + 10} y={y + 18} size={11.5} weight={600} mono colour={colour ?? "var(--foreground)"}>
        {name}
      </Text>
      <Text x={x + 10} y={y + 34} size={11} colour="var(--muted-foreground)" mono>
        {detail}
      </Text>
    </>
  );
}
