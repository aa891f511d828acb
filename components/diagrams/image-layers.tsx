import { Figure } from "./figure.tsx";
import { Card, Text } from "./shapes.tsx";

const COLUMNS = { binaries: 70, page: 158, compiler: 246 } as const;
const WIDE = 82;
const LAYERS = [
  { name: "slim", size: "8 KiB", y: 148 },
  { name: "app", size: "12 KiB", y: 190 },
  { name: "base", size: "34 MiB", y: 232 },
] as const;
const [SLIM, APP, BASE] = LAYERS;
const CONTAINERS = [
  { name: "one", x: 4, wrote: "www", size: "12 KiB" },
  { name: "two", x: 174, wrote: undefined, size: "4 KiB" },
] as const;

const LAYER = "var(--ns-mnt)";
const OWN = "var(--accent)";

export function ImageLayers() {
  return (
    <Figure
      title="Two containers over the layers of one image"
      description="At the bottom an image of three read-only layers. Base, 34 MiB, has bin and lib, www and opt/sdk. Above it app, 12 KiB, has only a new www, which hides the one in base. Above it slim, 8 KiB, has only a whiteout for opt/sdk. On top stand two containers side by side, one and two, each with a process httpd and an upper layer of its own. In one's upper layer is a changed www; two's is empty. Both containers use the same three layers, which lie on the disk once. Container one sees bin and lib from base and its own www; container two sees bin and lib from base and www from app; neither sees opt/sdk."
      caption="A name is answered by the highest layer that has it. Dashed: still on the disk, and seen by nobody."
      height={284}
    >
      {CONTAINERS.map(({ name, x, wrote, size }) => (
        <g key={name}>
          <rect x={x} y="4" width="162" height="108" rx="8" fill={OWN} fillOpacity="0.06" stroke={OWN} strokeWidth="1.25" />
          <Text x={x + 11} y={22} size={11} weight={600} colour={OWN}>
            {`container ${name}`}
          </Text>
          <Card x={x + 11} y={32} width={140} height={26} colour="var(--foreground)" />
          <Text x={x + 21} y={49} size={11.5} mono>
            httpd
          </Text>
          <Text x={x + 11} y={77} size={11} weight={600} mono>
            upper
          </Text>
          <Text x={x + 11} y={95} size={10.5} colour="var(--muted-foreground)">
            {size}
          </Text>
          {wrote === undefined ? (
            <Text x={x + 128} y={86} anchor="middle" size={10.5} colour="var(--muted-foreground)">
              empty
            </Text>
          ) : (
            <Entry x={x + 92} y={68} width={59} name={`${wrote}+`} colour={OWN} />
          )}
          <path d={`M${x + 81} 112V138`} stroke={LAYER} strokeWidth="1.4" />
        </g>
      ))}
      <path d="M85 125H255" stroke={LAYER} strokeWidth="1.4" />

      <rect x="4" y="138" width="332" height="140" rx="8" fill={LAYER} fillOpacity="0.06" stroke={LAYER} strokeWidth="1.25" />
      <path d="M4 185H336M4 227H336" stroke={LAYER} strokeOpacity="0.4" />
      {LAYERS.map(({ name, size, y }) => (
        <g key={name}>
          <Text x={14} y={y + 13} size={11.5} weight={600} colour={LAYER} mono>
            {name}
          </Text>
          <Text x={14} y={y + 27} size={10.5} colour="var(--muted-foreground)">
            {size}
          </Text>
        </g>
      ))}
      <Card x={COLUMNS.compiler} y={SLIM.y} width={WIDE} height={28} colour="var(--danger)" />
      <Text x={COLUMNS.compiler + WIDE / 2} y={SLIM.y + 18} anchor="middle" size={10.5} colour="var(--danger)">
        whiteout
      </Text>
      <Entry x={COLUMNS.page} y={APP.y + 2} name="www" />
      <Entry x={COLUMNS.binaries} y={BASE.y + 4} name="bin lib" />
      <Entry x={COLUMNS.page} y={BASE.y + 4} name="www" hidden />
      <Entry x={COLUMNS.compiler} y={BASE.y + 4} name="opt/sdk" hidden />
    </Figure>
  );
}

type EntryProps = { x: number; y: number; width?: number; name: string; colour?: string; hidden?: boolean };

/** What a layer has; `hidden` if a layer above it has the same name. */
function Entry({ x, y, width = WIDE, name, colour = LAYER, hidden = false }: EntryProps) {
  return (
    <>
      <Card x={x} y={y} width={width} height={28} colour={hidden ? "var(--border-strong)" : colour} dashed={hidden} />
      <Text
        x={x + width / 2}
        y={y + 18}
        anchor="middle"
        size={11}
        weight={550}
        colour={hidden ? "var(--muted-foreground)" : colour}
        mono
      >
        {name}
      </Text>
    </>
  );
}
