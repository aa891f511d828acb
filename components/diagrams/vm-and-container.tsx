import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

const WIDE = 75;
const MACHINES = [6, 87] as const;
const CONTAINERS = [178, 259] as const;
const KERNEL = "var(--accent)";
/** Top of the host's kernel, on which everything stands. */
const HOST = 184;

export function VmAndContainer() {
  return (
    <Figure
      title="Two virtual machines beside two containers"
      description="At the bottom lies the hardware, and on it one host kernel, across the whole width. On the left stand two virtual machines. Each has, from top to bottom: an app, services with an init, a guest kernel of its own, and virtual hardware, which the host kernel imitates. On the right stand two containers. Each has an app and its files, and nothing below: their system calls go straight down to the host kernel. So there are three kernels on the left, counted with the host's, and one on the right. Measured: the virtual machine starts in 2.4 seconds, emulated in software, and holds 60 MiB for its kernel; the container starts in 2 milliseconds and holds 1.6 MiB."
      caption="The same app, four times. On the left a kernel boots for each. On the right there is one kernel, and it is already running."
      height={316}
    >
      <Text x={85} y={14} anchor="middle" size={12} weight={600}>
        virtual machines
      </Text>
      <Text x={256} y={14} anchor="middle" size={12} weight={600}>
        containers
      </Text>

      {MACHINES.map((x) => (
        <g key={x}>
          <Box x={x} y={24} height={32} label="app" strong />
          <Box x={x} y={60} height={32} label="init, services" />
          <Box x={x} y={96} height={36} label="guest kernel" colour={KERNEL} />
          <Box x={x} y={136} height={34} label={"virtual\nhardware"} dashed />
          <path d={`M${x + WIDE / 2} 170V${HOST}`} stroke="var(--border-strong)" strokeWidth="1.2" strokeDasharray="2 3" />
        </g>
      ))}
      <path d="M170 6V180M170 266V312" stroke="var(--border)" strokeDasharray="3 3" />
      {CONTAINERS.map((x) => (
        <g key={x}>
          <Box x={x} y={24} height={32} label="app" strong />
          <Box x={x} y={60} height={32} label="its files" />
          <path
            d={`M${x + WIDE / 2} 92V${HOST - 2}M${x + WIDE / 2 - 4} ${HOST - 8}l4 6l4 -6`}
            stroke={KERNEL}
            strokeWidth="1.5"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </g>
      ))}
      <rect x="209" y="126" width="94" height="18" rx="4" fill="var(--surface)" />
      <Text x={256} y={139} anchor="middle" size={11} colour="var(--muted-foreground)">
        system calls
      </Text>

      <rect x="6" y={HOST} width="328" height="38" rx="5" fill={KERNEL} fillOpacity="0.1" stroke={KERNEL} strokeWidth="1.4" />
      <Text x={170} y={HOST + 24} anchor="middle" size={12} weight={600} colour={KERNEL}>
        the host’s kernel
      </Text>
      <rect x="6" y={HOST + 42} width="328" height="26" rx="5" fill="var(--muted)" stroke="var(--border-strong)" />
      <Text x={170} y={HOST + 59} anchor="middle" size={11} colour="var(--muted-foreground)">
        hardware
      </Text>

      <Figures x={85} kernels="3 kernels" start="start 2.4 s, emulated" memory="60 MiB gone before the app" />
      <Figures x={256} kernels="1 kernel" start="start 2 ms" memory="1.6 MiB with the app" />
    </Figure>
  );
}

type BoxProps = { x: number; y: number; height: number; label: string; colour?: string; strong?: boolean; dashed?: boolean };

function Box({ x, y, height, label, colour, strong = false, dashed = false }: BoxProps) {
  const lines = label.split("\n");
  return (
    <>
      <Card
        x={x}
        y={y}
        width={WIDE}
        height={height}
        dashed={dashed}
        {...(colour ? { colour } : strong ? { colour: "var(--foreground)" } : {})}
      />
      {colour && <rect x={x} y={y} width={WIDE} height={height} rx="5" fill={colour} fillOpacity="0.1" />}
      {lines.map((line, index) => (
        <Text
          key={line}
          x={x + WIDE / 2}
          y={y + height / 2 + 4 + (index - (lines.length - 1) / 2) * 12}
          anchor="middle"
          size={10.5}
          weight={strong || colour ? 600 : 400}
          colour={colour ?? (strong ? "var(--foreground)" : "var(--muted-foreground)")}
        >
          {line}
        </Text>
      ))}
    </>
  );
}

/** What one side costs. */
function Figures({ x, kernels, start, memory }: { x: number; kernels: string; start: string; memory: string }) {
  return (
    <>
      <Text x={x} y={278} anchor="middle" size={12} weight={600} colour={KERNEL}>
        {kernels}
      </Text>
      <Text x={x} y={294} anchor="middle" size={11}>
        {start}
      </Text>
      <Text x={x} y={309} anchor="middle" size={11} colour="var(--muted-foreground)">
        {memory}
      </Text>
    </>
  );
}
