import { Figure } from "./figure.tsx";
import { ArrowHead, Card, Text } from "./shapes.tsx";
import "./box-steps.css";

type Step = { program: string; does: string; colour: string; forks?: true };

/** The programs that one process is, one after another, and the wall that each brings. */
const STEPS: readonly Step[] = [
  { program: "box run", does: "layers, limits, cable", colour: "var(--ns-cgroup)" },
  { program: "nsenter", does: "a network of its own", colour: "var(--ns-net)" },
  { program: "unshare", does: "names, processes, mounts", colour: "var(--ns-pid)", forks: true },
  { program: "box init", does: "files, devices, pivot_root", colour: "var(--ns-mnt)" },
  { program: "setpriv", does: "fewer capabilities", colour: "var(--warning)" },
  { program: "httpd", does: "serves pages", colour: "var(--foreground)" },
];

const TOP = 30;
const STEP = 46;
const BOX = { x: 28, width: 92, height: 34 };
/** Where the outermost wall begins, and how far the next one is from it. */
const WALL = { x: 8, gap: 3.5 };
const INSIDE = TOP + 3 * STEP - 8;

export function BoxSteps() {
  const height = TOP + STEPS.length * STEP + 4;
  return (
    <Figure
      title="One process on its way into the box"
      description={`Six programs below each other, each replaced by the next with exec: ${STEPS.map(({ program, does }) => `${program}: ${does}`).join("; ")}. Between unshare and box init lies the one fork: unshare stays outside and waits, its child is process 1 inside. From there on everything happens in the box. On the left a new line begins with each step: the walls that the process has around it, one more each time.`}
      caption={
        <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span>Each program takes the place of the one before, and leaves one more wall around what follows.</span>
          <label className="box-control inline-flex cursor-pointer items-center gap-1.5 whitespace-nowrap">
            <input type="checkbox" className="box-still" /> Hold still
          </label>
        </span>
      }
      height={height}
    >
      <Text x={BOX.x} y={16} size={10.5} colour="var(--muted-foreground)">
        outside, in your sandbox
      </Text>
      <rect
        x={BOX.x - 6}
        y={INSIDE}
        width={340 - BOX.x + 2}
        height={height - INSIDE - 2}
        rx="8"
        fill="var(--ns-pid)"
        fillOpacity="0.05"
        stroke="var(--ns-pid)"
        strokeDasharray="4 3"
      />
      <Text x={328} y={INSIDE + 16} anchor="end" size={10.5} colour="var(--ns-pid)" weight={600}>
        inside: process 1
      </Text>
      {STEPS.map((step, index) => (
        <Stage key={step.program} {...step} index={index} bottom={height - 6} />
      ))}
    </Figure>
  );
}

function Stage({ program, does, colour, forks, index, bottom }: Step & { index: number; bottom: number }) {
  const y = TOP + index * STEP + (index > 2 ? 6 : 0);
  const last = index === STEPS.length - 1;
  const wall = WALL.x + index * WALL.gap - 5;
  return (
    <g className="box-step" style={{ animationDelay: `${index * 2 - 12}s` }}>
      {!last && <path d={`M${wall} ${y + 4}V${bottom}`} stroke={colour} strokeWidth="2" strokeLinecap="round" />}
      <Card {...BOX} y={y} colour={colour} />
      <Text x={BOX.x + 10} y={y + 21} size={12} weight={600} mono colour={colour}>
        {program}
      </Text>
      <Text x={BOX.x + BOX.width + 12} y={y + 21} size={11.5}>
        {does}
      </Text>
      {!last && (
        <>
          <path
            d={`M${BOX.x + 20} ${y + BOX.height}V${y + STEP + (forks ? 6 : 0) - 1}`}
            stroke="var(--border-strong)"
            strokeWidth="1.4"
            strokeDasharray={forks ? "3 2.5" : undefined}
          />
          <ArrowDown x={BOX.x + 20} y={y + STEP + (forks ? 6 : 0)} />
          <Text x={BOX.x + 30} y={y + BOX.height + (forks ? 12 : 9)} size={9.5} colour="var(--muted-foreground)">
            {forks ? "fork, exec" : "exec"}
          </Text>
        </>
      )}
    </g>
  );
}

function ArrowDown({ x, y }: { x: number; y: number }) {
  return (
    <g transform={`rotate(90 ${x} ${y})`}>
      <ArrowHead x={x} y={y} to="right" colour="var(--border-strong)" />
    </g>
  );
}
