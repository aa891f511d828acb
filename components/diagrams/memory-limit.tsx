import { Figure } from "./figure.tsx";
import { Text } from "./shapes.tsx";

const TOP = 62;
const HEIGHT = 130;
const WIDTH = 92;
const COLOUR = "var(--cg-memory)";

/** Shares of the limit that are held. What is over 1 did not fit. */
const STATES = [
  { title: "room left", anonymous: 0.3, cache: 0.35, wanted: 0.15, lines: ["The page", "is given."] },
  { title: "full of cache", anonymous: 0.3, cache: 0.7, wanted: 0.15, lines: ["Cache is dropped,", "the page is given."] },
  { title: "full, no cache", anonymous: 1, cache: 0, wanted: 0.15, lines: ["Nothing to drop:", "a process is killed."] },
] as const;

export function MemoryLimit() {
  return (
    <Figure
      title="Three things that can happen when a program wants one more page"
      description="Three bars show a group's memory against its limit. In the first, anonymous memory and page cache together stay below the limit, so the page is given. In the second, a third is anonymous memory and the rest up to the limit is page cache: the kernel drops some of the cache, and the page is given. In the third, anonymous memory alone fills the bar to the limit: there is nothing to drop, and the kernel kills a process of the group."
      caption="Page cache can be dropped, for the file is on the disk. What a program asked for cannot."
      height={250}
    >
      <rect x="14" y="8" width="14" height="12" rx="2" fill={COLOUR} />
      <Text x={34} y={18} size={11}>
        anonymous memory
      </Text>
      <Swatch x={170} y={8} width={14} height={12} />
      <Text x={190} y={18} size={11}>
        page cache
      </Text>

      {STATES.map(({ title, anonymous, cache, wanted, lines }, index) => {
        const x = 14 + index * 110;
        const filled = HEIGHT * (anonymous + cache);
        const fits = anonymous + cache + wanted <= 1;
        const wish = { x: x + 8, width: WIDTH - 16, height: HEIGHT * wanted, y: TOP + HEIGHT - filled - HEIGHT * wanted };
        return (
          <g key={title}>
            <rect x={x} y={TOP} width={WIDTH} height={HEIGHT} fill="var(--background)" stroke="var(--border-strong)" />
            <rect x={x} y={TOP + HEIGHT * (1 - anonymous)} width={WIDTH} height={HEIGHT * anonymous} fill={COLOUR} />
            {cache > 0 && <Swatch x={x} y={TOP + HEIGHT * (1 - anonymous - cache)} width={WIDTH} height={HEIGHT * cache} />}
            <rect
              {...wish}
              rx="3"
              fill="var(--background)"
              stroke="var(--foreground)"
              strokeDasharray={fits ? undefined : "3 2.5"}
            />
            <Text x={x + WIDTH / 2} y={wish.y + 13.5} size={10} anchor="middle">
              new page
            </Text>
            <Text x={x + WIDTH / 2} y={210} size={11} weight={600} anchor="middle">
              {title}
            </Text>
            {lines.map((line, row) => (
              <Text
                key={line}
                x={x + WIDTH / 2}
                y={226 + row * 14}
                size={10.5}
                anchor="middle"
                colour={title === "full, no cache" ? "var(--danger)" : "var(--muted-foreground)"}
              >
                {line}
              </Text>
            ))}
          </g>
        );
      })}
      <path d={`M8 ${TOP}H332`} stroke="var(--danger)" strokeWidth="1.5" />
      <Text x={14} y={TOP - 6} size={10.5} weight={600} colour="var(--danger)">
        limit
      </Text>
    </Figure>
  );
}

/** Page cache: the same memory, and not as firm. */
function Swatch(area: { x: number; y: number; width: number; height: number }) {
  return <rect {...area} fill={COLOUR} fillOpacity="0.14" stroke={COLOUR} strokeDasharray="3 2.5" />;
}
