import { Figure } from "./figure.tsx";
import { Text } from "./shapes.tsx";

const FILES = "var(--ns-mnt)";
const VIEW = "var(--ns-pid)";
const LIMITS = "var(--cg-memory)";
const IMAGES = "var(--accent)";

/** What each year brought that the years before did not have. */
const STEPS = [
  { year: 1979, name: "chroot", system: "Unix", fresh: "files of its own", colour: FILES },
  { year: 2000, name: "jails", system: "FreeBSD", fresh: "own processes and address, less root", colour: VIEW },
  { year: 2002, name: "namespaces", system: "Linux", fresh: "the jail as single switches, until 2013", colour: VIEW },
  { year: 2005, name: "zones", system: "Solaris", fresh: "a whole system in each, with limits", colour: LIMITS },
  { year: 2008, name: "cgroups, LXC", system: "Linux", fresh: "limits; all of it on a plain kernel", colour: LIMITS },
  { year: 2010, name: "systemd-nspawn", system: "Linux", fresh: "boot a directory tree, one command", colour: FILES },
  { year: 2013, name: "Docker", system: "Linux", fresh: "images in layers, and a registry", colour: IMAGES },
  { year: 2015, name: "OCI", system: "everywhere", fresh: "one standard, many engines", colour: IMAGES },
] as const;

const ROW = 42;
const LINE = 58;

export function ContainerTimeline() {
  return (
    <Figure
      title="From chroot to OCI"
      description={`A line through the years, from top to bottom, with what was new in each: ${STEPS.map(({ year, name, system, fresh }) => `${year}, ${name} (${system}): ${fresh}`).join("; ")}. Between 1979 and 2000 the line is dashed, for 21 years.`}
      caption="First own files, then an own view, then limits, and at last a way to pack and share it."
      height={STEPS.length * ROW + 8}
    >
      <path d={`M${LINE} 18V${18 + ROW}`} stroke="var(--border-strong)" strokeWidth="1.5" strokeDasharray="2 4" />
      <path d={`M${LINE} ${18 + ROW}V${18 + (STEPS.length - 1) * ROW}`} stroke="var(--border-strong)" strokeWidth="1.5" />
      {STEPS.map(({ year, name, system, fresh, colour }, index) => {
        const y = 18 + index * ROW;
        return (
          <g key={year}>
            <Text x={46} y={y + 4.5} anchor="end" size={12.5} weight={600} mono>
              {year}
            </Text>
            <circle cx={LINE} cy={y} r="5" fill={colour} stroke="var(--surface)" strokeWidth="2" />
            <Text x={74} y={y + 4} size={13} weight={600}>
              {name}
            </Text>
            <Text x={334} y={y + 4} anchor="end" size={11} colour="var(--muted-foreground)">
              {system}
            </Text>
            <Text x={74} y={y + 20} size={11.5} weight={500} colour={colour}>
              {fresh}
            </Text>
          </g>
        );
      })}
    </Figure>
  );
}
