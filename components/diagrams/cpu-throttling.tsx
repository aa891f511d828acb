import { Figure } from "./figure.tsx";
import { Text } from "./shapes.tsx";
import "./cpu-throttling.css";

/** Place of the time axis, and how many units 100 ms take. */
const LEFT = 22;
const PERIOD = 100;
const PERIODS = [0, 1, 2] as const;
const COLOUR = "var(--cg-cpu)";

export function CpuThrottling() {
  return (
    <Figure
      title="A CPU quota: run, then stand still until the next period"
      description="A time axis of three periods of 100 milliseconds. Above, one busy thread with a quota of 20 milliseconds: in each period it runs for the first 20 milliseconds and is throttled for the other 80. Below, four busy threads on four CPUs with a quota of 100 milliseconds: they use it up together in the first 25 milliseconds of each period, and all four are throttled for the other 75."
      caption={
        <span className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
          <span>The quota is filled up at the start of each period. Four threads use it up four times as fast.</span>
          <label className="quota-control inline-flex cursor-pointer items-center gap-1.5 whitespace-nowrap">
            <input type="checkbox" className="quota-still" /> Hold still
          </label>
        </span>
      }
      height={262}
    >
      <Text x={LEFT} y={14} size={11.5} weight={600}>
        one thread, quota 20 ms
      </Text>
      <Text x={LEFT} y={33} size={10.5} colour="var(--muted-foreground)">
        quota left
      </Text>
      <rect x={LEFT + 80} y="25" width="100" height="9" rx="3" fill="var(--muted)" stroke="var(--border-strong)" />
      <rect className="quota-left" x={LEFT + 80} y="25" width="100" height="9" rx="3" fill={COLOUR} />
      <Lane y={44} height={30} share={0.2} />
      <Text x={LEFT + 24} y={63} size={11} colour="var(--muted-foreground)">
        throttled
      </Text>

      <Text x={LEFT} y={112} size={11.5} weight={600}>
        four threads on four CPUs, quota 100 ms
      </Text>
      {[0, 1, 2, 3].map((thread) => (
        <Lane key={thread} y={122 + thread * 24} height={20} share={0.25} />
      ))}

      {[0, 1, 2, 3].map((mark) => (
        <g key={mark}>
          <path d={`M${LEFT + mark * PERIOD} 40V78M${LEFT + mark * PERIOD} 118V226`} stroke="var(--border-strong)" />
          <Text
            x={mark === 3 ? LEFT + mark * PERIOD + 8 : LEFT + mark * PERIOD}
            y={242}
            size={10.5}
            anchor={mark === 3 ? "end" : mark === 0 ? "start" : "middle"}
            colour="var(--muted-foreground)"
            mono
          >
            {mark === 3 ? "300 ms" : mark * 100}
          </Text>
        </g>
      ))}
      <path className="quota-hand" d={`M${LEFT} 38V80M${LEFT} 116V228`} stroke="var(--foreground)" strokeWidth="1.25" />
    </Figure>
  );
}

/** One thread's time: what it ran of each period is filled, the rest is empty. */
function Lane({ y, height, share }: { y: number; height: number; share: number }) {
  return PERIODS.map((period) => {
    const x = LEFT + period * PERIOD;
    const ran = PERIOD * share;
    return (
      <g key={period}>
        <rect x={x} y={y} width={ran} height={height} fill={COLOUR} />
        <rect
          x={x + ran}
          y={y}
          width={PERIOD - ran}
          height={height}
          fill={COLOUR}
          fillOpacity="0.07"
          stroke={COLOUR}
          strokeOpacity="0.45"
          strokeDasharray="3 2.5"
        />
      </g>
    );
  });
}
