/** The drawing of the home page: one process, and the eight planes through which it sees the machine, taken apart. */
const PLANES = [
  { name: "uts", what: "hostname" },
  { name: "pid", what: "process ids" },
  { name: "mnt", what: "mounts" },
  { name: "net", what: "network devices" },
  { name: "user", what: "users, capabilities" },
  { name: "ipc", what: "message queues" },
  { name: "cgroup", what: "cgroup root" },
  { name: "time", what: "boot clock" },
] as const;

/** Centre, half width and half height of a plane, distance between planes, and where labels begin. */
const X = 136;
const W = 130;
const H = 38;
const STEP = 44;
const TOP = 88;
const LABEL = 292;
const KERNEL = TOP + PLANES.length * STEP + 14;

function plane(y: number): string {
  return `M${X} ${y - H}L${X + W} ${y}L${X} ${y + H}L${X - W} ${y}Z`;
}

export function Exploded() {
  return (
    <svg
      viewBox="0 0 484 520"
      role="img"
      aria-labelledby="exploded-title exploded-text"
      className="w-full max-w-[31rem] justify-self-center font-sans"
    >
      <title id="exploded-title">A container, taken apart</title>
      <desc id="exploded-text">
        One process, bash, stands above a stack of eight planes and a slab. Each plane is a namespace:{" "}
        {PLANES.map(({ name, what }) => `${name}, its ${what}`).join("; ")}. The slab at the bottom is the one kernel that
        everything shares.
      </desc>
      <g>
        {/* Bottom first, so that what lies higher covers what lies lower. */}
        <path
          d={`M${X - W} ${KERNEL}v20L${X} ${KERNEL + H + 20}L${X + W} ${KERNEL + 20}v-20L${X} ${KERNEL + H}Z`}
          fill="var(--muted)"
          stroke="var(--border-strong)"
        />
        <path d={plane(KERNEL)} fill="var(--surface)" stroke="var(--border-strong)" />
        <Label y={KERNEL + 10} name="kernel" what="one for everyone" colour="var(--muted-foreground)" />
        {[X - W, X + W].map((x) => (
          <path key={x} d={`M${x} ${TOP}V${KERNEL}`} stroke="var(--border-strong)" strokeDasharray="2 4" />
        ))}
        {PLANES.toReversed().map(({ name, what }, index) => {
          const y = TOP + (PLANES.length - 1 - index) * STEP;
          const colour = `var(--ns-${name})`;
          return (
            <g key={name}>
              <path d={plane(y)} fill="var(--background)" fillOpacity="0.82" />
              <path d={plane(y)} fill={colour} fillOpacity="0.07" stroke={colour} strokeWidth="1.25" strokeLinejoin="round" />
              <ellipse cx={X} cy={y} rx="9" ry="2.6" fill="none" stroke={colour} strokeWidth="1.25" />
              <Label y={y} name={name} what={what} colour={colour} />
            </g>
          );
        })}
        {/* The process: its line goes through every plane down to the kernel. */}
        <path
          d={`M${X} 46V${KERNEL}`}
          stroke="var(--foreground)"
          strokeWidth="1.25"
          strokeDasharray="1 3.2"
          strokeLinecap="round"
        />
        <rect
          x={X - 46}
          y="14"
          width="92"
          height="32"
          rx="5"
          fill="var(--terminal-background)"
          stroke="var(--foreground)"
          strokeWidth="1.25"
        />
        <text x={X} y="35" textAnchor="middle" fontSize="14" fill="var(--terminal-foreground)" className="font-mono">
          # bash
        </text>
      </g>
    </svg>
  );
}

function Label({ y, name, what, colour }: { y: number; name: string; what: string; colour: string }) {
  return (
    <>
      <path d={`M${X + W + 6} ${y}H${LABEL - 10}`} stroke={colour} strokeWidth="1" />
      <text x={LABEL} y={y + 4.5} fontSize="14" fontWeight="600" fill={colour} className="font-mono">
        {name}
      </text>
      <text x={LABEL + 64} y={y + 4.5} fontSize="14" fill="var(--muted-foreground)">
        {what}
      </text>
    </>
  );
}
