import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";
import "./copy-on-write.css";

const LAYERS = [
  { y: 4, name: "merged", what: "what is seen", colour: "var(--border-strong)", tint: 0 },
  { y: 94, name: "upper", what: "your changes", colour: "var(--accent)", tint: 0.06 },
  { y: 184, name: "lower", what: "shared, only read", colour: "var(--ns-mnt)", tint: 0.06 },
] as const;
const [MERGED, UPPER, LOWER] = LAYERS;
const LAYER_HEIGHT = 62;

const VIDEO = 14;
const NOTES = 124;
const OLD = 234;
const WIDE = 92;
const MIDDLE = WIDE / 2;

const ORIGINAL = "var(--ns-mnt)";
const CHANGED = "var(--accent)";

const STEPS = [
  { name: "read", text: "video.bin shines through from below" },
  { name: "write", text: "notes.txt is copied up whole, then changed" },
  { name: "delete", text: "old.txt is hidden by a whiteout above it" },
] as const;

export function CopyOnWrite() {
  return (
    <Figure
      title="What a read, a write and a delete do in an overlay"
      description="Three layers on top of each other. The lower one, which is shared and only read, has the files video.bin, notes.txt and old.txt. The upper one has a changed copy of notes.txt and a whiteout for old.txt. The view above both, merged, shows video.bin from the lower layer and the changed notes.txt from the upper, and no old.txt. One after the other: reading video.bin passes through to the lower layer; writing to notes.txt first copies it whole into the upper layer and changes the copy; deleting old.txt puts a whiteout with the device number 0/0 into the upper layer. The lower layer is the same before and after."
      caption={
        <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span>The lower layer is the same before and after. All that happened lies in the upper.</span>
          <label className="cow-control inline-flex cursor-pointer items-center gap-1.5 whitespace-nowrap">
            <input type="checkbox" className="cow-still" /> Hold still
          </label>
        </span>
      }
      height={320}
    >
      {LAYERS.map(({ y, name, what, colour, tint }) => (
        <g key={name}>
          <rect
            x="4"
            y={y}
            width="332"
            height={LAYER_HEIGHT}
            rx="8"
            fill={colour}
            fillOpacity={tint}
            stroke={colour}
            strokeWidth="1.25"
          />
          <Text x={15} y={y + 17} size={11} weight={600} mono>
            {name}
          </Text>
          <Text x={67} y={y + 17} size={10.5} colour="var(--muted-foreground)">
            {what}
          </Text>
        </g>
      ))}

      <Upward x={VIDEO + MIDDLE} from={LOWER.y + 25} to={MERGED.y + 55} colour={ORIGINAL} />
      <g className="cow-changed">
        <Upward x={NOTES + MIDDLE} from={UPPER.y + 25} to={MERGED.y + 55} colour={CHANGED} />
        <Upward x={NOTES + MIDDLE} from={LOWER.y + 25} to={UPPER.y + 55} colour={ORIGINAL} />
      </g>
      <g className="cow-unchanged">
        <Upward x={NOTES + MIDDLE} from={LOWER.y + 25} to={MERGED.y + 55} colour={ORIGINAL} />
      </g>
      <g className="cow-deleted">
        <path
          d={`M${OLD + MIDDLE} ${LOWER.y + 25}V${UPPER.y + 62}M${OLD + MIDDLE - 7} ${UPPER.y + 62}h14`}
          stroke="var(--danger)"
          strokeWidth="1.4"
        />
      </g>
      <g className="cow-present">
        <Upward x={OLD + MIDDLE} from={LOWER.y + 25} to={MERGED.y + 55} colour={ORIGINAL} />
      </g>

      <File x={VIDEO} y={LOWER.y} name="video.bin" />
      <File x={NOTES} y={LOWER.y} name="notes.txt" />
      <File x={OLD} y={LOWER.y} name="old.txt" />

      <g className="cow-copy">
        <File x={NOTES} y={UPPER.y} name="notes.txt" />
      </g>
      <g className="cow-changed">
        <File x={NOTES} y={UPPER.y} name="notes.txt+" colour={CHANGED} />
      </g>
      <g className="cow-deleted">
        <Card x={OLD} y={UPPER.y + 25} width={WIDE} height={28} colour="var(--danger)" />
        <Text x={OLD + MIDDLE} y={UPPER.y + 43} anchor="middle" size={10.5} colour="var(--danger)" mono>
          old.txt c 0,0
        </Text>
      </g>

      <File x={VIDEO} y={MERGED.y} name="video.bin" />
      <g className="cow-changed">
        <File x={NOTES} y={MERGED.y} name="notes.txt+" colour={CHANGED} />
      </g>
      <g className="cow-unchanged">
        <File x={NOTES} y={MERGED.y} name="notes.txt" />
      </g>
      <g className="cow-deleted">
        <Card x={OLD} y={MERGED.y + 25} width={WIDE} height={28} dashed />
        <Text x={OLD + MIDDLE} y={MERGED.y + 43} anchor="middle" size={11} colour="var(--muted-foreground)">
          nothing
        </Text>
      </g>
      <g className="cow-present">
        <File x={OLD} y={MERGED.y} name="old.txt" />
      </g>

      <g className="cow-dot">
        <circle cx={VIDEO + MIDDLE} cy={MERGED.y + 60} r="4.5" fill={ORIGINAL} stroke="var(--background)" strokeWidth="1.5" />
      </g>

      {STEPS.map(({ name, text }, index) => (
        <g key={name} className={`cow-${name}`}>
          <Text x={8} y={271 + index * 19} size={11.5} weight={600}>
            {name}
          </Text>
          <Text x={56} y={271 + index * 19} size={11.5}>
            {text}
          </Text>
        </g>
      ))}
    </Figure>
  );
}

/** A file in the layer that begins at y. */
function File({ x, y, name, colour = ORIGINAL }: { x: number; y: number; name: string; colour?: string }) {
  return (
    <>
      <Card x={x} y={y + 25} width={WIDE} height={28} colour={colour} />
      <Text x={x + MIDDLE} y={y + 43} anchor="middle" size={11.5} weight={550} colour={colour} mono>
        {name}
      </Text>
    </>
  );
}

/** From which layer the view above takes a file. */
function Upward({ x, from, to, colour }: { x: number; from: number; to: number; colour: string }) {
  return (
    <path
      d={`M${x} ${from}V${to}M${x - 3.6} ${to + 6}L${x} ${to}L${x + 3.6} ${to + 6}`}
      stroke={colour}
      strokeWidth="1.4"
      strokeLinecap="round"
      strokeLinejoin="round"
    />
  );
}
