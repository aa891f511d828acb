/** The few shapes that the drawings are made of. Positions and sizes are in the drawing's units. */
import type { ReactNode } from "react";

/** Namespace types, as the links in /proc/PID/ns are called. */
export type NamespaceType = "uts" | "pid" | "mnt" | "net" | "user" | "ipc" | "cgroup" | "time";

type Area = { x: number; y: number; width: number; height: number };

/** A namespace: a tinted room with its type's colour around it and its name at the top left. */
export function Namespace({
  type,
  label,
  children,
  ...area
}: Area & { type: NamespaceType; label: string; children?: ReactNode }) {
  const colour = `var(--ns-${type})`;
  return (
    <g>
      <rect {...area} rx="8" fill={colour} fillOpacity="0.06" stroke={colour} strokeWidth="1.25" />
      <Text x={area.x + 11} y={area.y + 18} size={11} weight={600} colour={colour}>
        {label}
      </Text>
      {children}
    </g>
  );
}

/** A thing that a machine has: a process, a mount, an interface. */
export function Card({ colour = "var(--border-strong)", dashed = false, ...area }: Area & { colour?: string; dashed?: boolean }) {
  return (
    <rect
      {...area}
      rx="5"
      fill={dashed ? "var(--surface)" : "var(--background)"}
      stroke={colour}
      strokeWidth="1.1"
      strokeDasharray={dashed ? "3 2.5" : undefined}
    />
  );
}

type TextProps = {
  x: number;
  y: number;
  size?: number;
  weight?: number;
  colour?: string;
  anchor?: "start" | "middle" | "end";
  /** What a machine says. */
  mono?: boolean;
  className?: string;
  children: ReactNode;
};

export function Text({
  x,
  y,
  size = 11.5,
  weight = 400,
  colour = "var(--foreground)",
  anchor = "start",
  mono = false,
  className = "",
  children,
}: TextProps) {
  return (
    <text
      x={x}
      y={y}
      fontSize={size}
      fontWeight={weight}
      fill={colour}
      textAnchor={anchor}
      className={`${mono ? "font-mono" : ""} ${className}`.trim() || undefined}
    >
      {children}
    </text>
  );
}

/** The head of an arrow, its point at (x, y). */
export function ArrowHead({ x, y, to, colour }: { x: number; y: number; to: "left" | "right"; colour: string }) {
  const back = to === "right" ? x - 6 : x + 6;
  return (
    <path
      d={`M${back} ${y - 3.6}L${x} ${y}L${back} ${y + 3.6}`}
      stroke={colour}
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}
