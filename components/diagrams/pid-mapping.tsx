import { Figure } from "./figure.tsx";
import { Card, Namespace, Text } from "./shapes.tsx";
import "./pid-mapping.css";

const OUTSIDE = [
  { pid: 1, name: "init" },
  { pid: 57, name: "bash" },
  { pid: 152, name: "unshare" },
] as const;
const INSIDE = [
  { outer: 153, inner: 1, name: "bash" },
  { outer: 160, inner: 2, name: "sleep" },
] as const;

export function PidMapping() {
  const colour = "var(--ns-pid)";
  return (
    <Figure
      title="One process has a number in each PID namespace"
      description="The outer box is the sandbox's PID namespace. It holds the processes 1 init, 57 bash and 152 unshare, and an inner box, a new PID namespace. In the inner box are two processes: bash, which is 153 from outside and 1 from inside, and sleep, which is 160 from outside and 2 from inside. From outside all five are seen with their outer numbers; from inside only the two are seen, as 1 and 2."
      caption={
        <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span>From outside all five are in sight, from inside only two, under other numbers.</span>
          <label className="pid-control inline-flex cursor-pointer items-center gap-1.5 whitespace-nowrap">
            <input type="checkbox" className="pid-still" /> Hold still
          </label>
        </span>
      }
      height={286}
    >
      <g className="pid-outside">
        <View x={4} label="ps ax, from outside" pids="1 57 152 153 160" />
      </g>
      <g className="pid-inside">
        <View x={174} label="ps ax, from inside" pids="1 2" />
      </g>

      <g className="pid-outside">
        <rect x="4" y="58" width="332" height="222" rx="8" fill={colour} fillOpacity="0.05" stroke={colour} strokeWidth="1.25" />
        <Text x={15} y={76} size={11} weight={600} colour={colour}>
          PID namespace of the sandbox
        </Text>
        {OUTSIDE.map(({ pid, name }, index) => (
          <g key={pid}>
            <Card x={16 + index * 106} y={88} width={96} height={46} />
            <Text x={26 + index * 106} y={106} size={11.5}>
              {name}
            </Text>
            <Text x={26 + index * 106} y={124} size={13} weight={600} colour={colour} mono>
              {pid}
            </Text>
          </g>
        ))}
      </g>

      <Namespace type="pid" label="new PID namespace" x={16} y={148} width={308} height={120}>
        {INSIDE.map(({ outer, inner, name }, index) => {
          const x = 28 + index * 146;
          return (
            <g key={outer}>
              <Card x={x} y={176} width={138} height={80} colour="var(--foreground)" />
              <Text x={x + 11} y={195} size={11.5} weight={550}>
                {name}
              </Text>
              <path d={`M${x} 205H${x + 138}M${x + 69} 205V256`} stroke="var(--border)" />
              <g className="pid-outside">
                <ProcessNumber x={x + 11} label="outside" value={outer} colour={colour} />
              </g>
              <g className="pid-inside">
                <ProcessNumber x={x + 80} label="inside" value={inner} colour={colour} />
              </g>
            </g>
          );
        })}
      </Namespace>
    </Figure>
  );
}

/** What `ps ax` lists for one who stands there. */
function View({ x, label, pids }: { x: number; label: string; pids: string }) {
  return (
    <>
      <rect x={x} y="4" width="162" height="42" rx="5" fill="var(--terminal-background)" stroke="var(--border-strong)" />
      <Text x={x + 11} y={20} size={10.5} colour="var(--muted-foreground)">
        {label}
      </Text>
      <Text x={x + 11} y={37} size={12} weight={600} colour="var(--terminal-foreground)" mono>
        {pids}
      </Text>
    </>
  );
}

function ProcessNumber({ x, label, value, colour }: { x: number; label: string; value: number; colour: string }) {
  return (
    <>
      <Text x={x} y={221} size={10.5} colour="var(--muted-foreground)">
        {label}
      </Text>
      <Text x={x} y={243} size={18} weight={600} colour={colour} mono>
        {value}
      </Text>
    </>
  );
}
