import { Figure } from "./figure.tsx";
import { Text } from "./shapes.tsx";

const COLOUR = "var(--ns-user)";
/** Left edges of the three rulers and their width. */
const INNER = 4;
const SANDBOX = 122;
const HOST = 240;
const WIDE = 78;

export function UidMapping() {
  return (
    <Figure
      title="User numbers, mapped twice"
      description="Three columns of user numbers. Left, the shell's user namespace, where only number 0 exists. It is mapped to number 1000 of the middle column, the sandbox's user namespace, which has the numbers 0 to 65535. The whole middle column is mapped to the range from 1,000,000 to 1,065,535 of the right column, the host, so that the sandbox's root is 1,000,000 there and the shell's root is 1,001,000. The host's own root, number 0, is mapped to by nobody."
      caption="Your root is a number without rights on the host, and so is every root that you make. (The range on the host is an example; yours is in /proc/self/uid_map.)"
      height={286}
    >
      <Heading x={INNER} name="your shell" detail="made by you" />
      <Heading x={SANDBOX} name="sandbox" detail="made for you" />
      <Heading x={HOST} name="host" detail="the real ones" />

      {/* The ranges that belong together. */}
      <path d={`M${SANDBOX + WIDE} 62L${HOST} 96V226L${SANDBOX + WIDE} 192Z`} fill={COLOUR} fillOpacity="0.1" />
      <path
        d={`M${SANDBOX + WIDE} 62L${HOST} 96M${SANDBOX + WIDE} 192L${HOST} 226`}
        stroke={COLOUR}
        strokeOpacity="0.5"
        strokeWidth="1"
        strokeDasharray="2 3"
      />

      <Ruler x={INNER} y={62} height={30} />
      <Ruler x={SANDBOX} y={62} height={130} />
      <rect x={HOST} y="42" width={WIDE + 18} height="232" rx="6" stroke="var(--border-strong)" fill="var(--background)" />
      <Ruler x={HOST} y={96} height={130} wide={WIDE + 18} />

      <Value x={INNER + 10} y={82} text="0" note="root" />
      <Value x={SANDBOX + 10} y={82} text="0" note="root" />
      <Value x={SANDBOX + 10} y={130} text="1000" />
      <Value x={SANDBOX + 10} y={184} text="65535" />
      <Value x={HOST + 10} y={62} text="0" note="the real root" muted />
      <Value x={HOST + 10} y={116} text="1000000" />
      <Value x={HOST + 10} y={164} text="1001000" />
      <Value x={HOST + 10} y={218} text="1065535" />
      <Value x={HOST + 10} y={254} text="…" muted />

      {/* Who is who. */}
      <path
        d={`M${INNER + WIDE} 78C${INNER + WIDE + 22} 78 ${SANDBOX - 22} 126 ${SANDBOX} 126`}
        stroke={COLOUR}
        strokeWidth="1.6"
      />
      <path d={`M${SANDBOX + WIDE} 126L${HOST} 160`} stroke={COLOUR} strokeWidth="1.6" />
      <path d={`M${SANDBOX + WIDE} 78L${HOST} 112`} stroke={COLOUR} strokeWidth="1.6" />
      {[
        [INNER + WIDE, 78],
        [SANDBOX, 126],
        [SANDBOX + WIDE, 126],
        [SANDBOX + WIDE, 78],
        [HOST, 112],
        [HOST, 160],
      ].map(([x, y]) => (
        <circle key={`${x} ${y}`} cx={x} cy={y} r="3" fill={COLOUR} stroke="var(--surface)" strokeWidth="1.5" />
      ))}

      <Text x={INNER} y={222} size={11} mono colour={COLOUR} weight={600}>
        0 1000 1
      </Text>
      <Text x={INNER} y={237} size={10.5} colour="var(--muted-foreground)">
        the shell's uid_map
      </Text>
      <Text x={INNER} y={262} size={11} mono colour={COLOUR} weight={600}>
        0 1000000 65536
      </Text>
      <Text x={INNER} y={277} size={10.5} colour="var(--muted-foreground)">
        the sandbox's uid_map
      </Text>
    </Figure>
  );
}

function Heading({ x, name, detail }: { x: number; name: string; detail: string }) {
  return (
    <>
      <Text x={x} y={14} size={11.5} weight={600}>
        {name}
      </Text>
      <Text x={x} y={29} size={10.5} colour="var(--muted-foreground)">
        {detail}
      </Text>
    </>
  );
}

function Ruler({ x, y, height, wide = WIDE }: { x: number; y: number; height: number; wide?: number }) {
  return (
    <rect x={x} y={y} width={wide} height={height} rx="5" fill={COLOUR} fillOpacity="0.08" stroke={COLOUR} strokeWidth="1.25" />
  );
}

function Value({ x, y, text, note, muted = false }: { x: number; y: number; text: string; note?: string; muted?: boolean }) {
  return (
    <text x={x} y={y} fontSize="11.5" fill={muted ? "var(--muted-foreground)" : "var(--foreground)"}>
      <tspan className="font-mono" fontWeight={muted ? 400 : 600}>
        {text}
      </tspan>
      {note ? (
        <tspan dx="6" fontSize="10.5" fill="var(--muted-foreground)">
          {note}
        </tspan>
      ) : null}
    </text>
  );
}
