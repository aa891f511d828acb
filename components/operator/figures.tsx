import { bytes } from "../xray/amount.ts";
import type { Operations } from "./operator-page.tsx";

/** The machine in a few numbers, those that have an end with a bar to it. */
export function Figures({ operations }: { operations: Operations }) {
  const { sandboxes, capacity, making, pooled, turnedAway, pages, draining, host } = operations;
  const { total, available } = host.memory;
  return (
    <section aria-label="The machine">
      {draining && (
        <p role="status" className="mb-4 rounded-md border border-warning/60 bg-warning/8 px-3 py-2 text-sm">
          <strong className="font-semibold">Draining.</strong> No new sandboxes are made. The lab-server ends with the last one:{" "}
          {sandboxes.length === 1 ? "1 is left" : `${sandboxes.length} are left`}.
        </p>
      )}
      <dl className="grid grid-cols-2 border-y border-border sm:grid-cols-3 lg:grid-cols-5">
        <Figure
          name="Sandboxes"
          value={String(sandboxes.length)}
          of={`of ${capacity}`}
          share={sandboxes.length / Math.max(1, capacity)}
          note={`${making} being made, ${pooled} ready`}
        />
        <Figure name="Pages open" value={String(pages)} />
        <Figure
          name="Turned away"
          value={String(turnedAway)}
          note="in the last 10 minutes, because the server was full"
          isWarning={turnedAway > 0}
        />
        <Figure
          name="Load"
          value={host.load.toFixed(2)}
          of={`of ${host.cpus} ${host.cpus === 1 ? "CPU" : "CPUs"}`}
          share={host.load / Math.max(1, host.cpus)}
        />
        <Figure
          name="Memory"
          value={bytes(total - available)}
          of={`of ${bytes(total)}`}
          share={(total - available) / Math.max(1, total)}
        />
      </dl>
    </section>
  );
}

/** Share from which a bar warns. */
const MUCH = 0.85;

type FigureProps = { name: string; value: string; of?: string; share?: number; note?: string; isWarning?: boolean };

function Figure({ name, value, of, share, note, isWarning = (share ?? 0) >= MUCH }: FigureProps) {
  return (
    <div className="border-border px-4 py-4 first:pl-0 max-lg:[&:nth-child(odd)]:pl-0 sm:max-lg:[&:nth-child(odd)]:pl-4 sm:max-lg:[&:nth-child(3n+1)]:pl-0 lg:border-l lg:first:border-l-0">
      <dt className="text-[0.8125rem] text-muted-foreground">{name}</dt>
      <dd className="mt-0.5">
        <span
          className={`text-[1.375rem] leading-8 font-semibold tracking-[-0.02em] tabular-nums ${isWarning ? "text-warning" : ""}`}
        >
          {value}
        </span>
        {of && <span className="ml-1.5 text-[0.8125rem] text-muted-foreground tabular-nums">{of}</span>}
        {share !== undefined && <Bar share={share} isWarning={isWarning} />}
        {note && <span className="mt-1 block text-[0.75rem] leading-snug text-muted-foreground tabular-nums">{note}</span>}
      </dd>
    </div>
  );
}

/** How full something is. Its number stands beside it. */
export function Bar({ share, isWarning = share >= MUCH }: { share: number; isWarning?: boolean }) {
  return (
    <span aria-hidden className="mt-1 block h-1 overflow-hidden rounded-full bg-border">
      <span
        className={`block h-full origin-left rounded-full transition-transform duration-300 ${isWarning ? "bg-warning" : "bg-foreground/60"}`}
        style={{ transform: `scaleX(${Math.min(1, Math.max(0, share))})` }}
      />
    </span>
  );
}
