import { Pause, Play, SkipBack, SkipForward, Table2, Waypoints } from "lucide-react";
import { Tabs } from "radix-ui";
import type { Facts } from "../../lab-server/protocol.ts";
import { Button } from "../ui/button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import type { XraySnapshot } from "./store.ts";
import type { ViewName } from "./view.ts";
import { VIEWS } from "./views.ts";

type ViewTabsProps = { facts: Facts; events: number };

/** The views as tabs, each with how many there are of what it shows. */
export function ViewTabs({ facts, events }: ViewTabsProps) {
  return (
    <Tabs.List aria-label="Views of the X-ray" className="flex min-w-0 items-center gap-0.5 overflow-x-auto p-0.5">
      {VIEWS.map(({ name, label, count }) => (
        <ViewTab key={name} name={name} label={label} count={count(facts)} />
      ))}
      <ViewTab name="timeline" label="Timeline" count={events} />
    </Tabs.List>
  );
}

function ViewTab({ name, label, count }: { name: ViewName; label: string; count: number }) {
  return (
    <Tabs.Trigger
      value={name}
      className="flex h-7 shrink-0 items-center gap-1.5 rounded-sm px-2 -outline-offset-2 text-[0.8125rem] text-muted-foreground hover:text-foreground data-[state=active]:bg-muted data-[state=active]:text-foreground"
    >
      {label}
      <span className="font-mono text-[0.6875rem] text-muted-foreground tabular-nums">{count.toLocaleString("en")}</span>
    </Tabs.Trigger>
  );
}

type SwitchProps = { asTable: boolean; onChange: (asTable: boolean) => void };

/** Picture or table: both show the same. */
export function TableSwitch({ asTable, onChange }: SwitchProps) {
  return (
    <Tooltip label={asTable ? "Show the picture" : "Show as a table"}>
      <Button
        look="quiet"
        size="icon"
        aria-label="Show as a table"
        aria-pressed={asTable}
        className="aria-pressed:bg-muted aria-pressed:text-foreground"
        onClick={() => onChange(!asTable)}
      >
        {asTable ? <Waypoints size={15} aria-hidden /> : <Table2 size={15} aria-hidden />}
      </Button>
    </Tooltip>
  );
}

type PlayerProps = {
  snapshot: XraySnapshot;
  onPause: () => void;
  onResume: () => void;
  onStep: (direction: -1 | 1) => void;
};

/**
 * Stays at a moment, goes back and forth between those in which something happened, and back to the present. A step that
 * cannot be made does nothing: a button that is disabled while it has the keyboard would lose it.
 */
export function Player({ snapshot: { shown, live, earlier, later }, onPause, onResume, onStep }: PlayerProps) {
  return (
    <fieldset aria-label="Look back" className="flex items-center">
      <Tooltip label="Back to what happened before">
        <Button
          look="quiet"
          size="icon"
          aria-label="Step back"
          aria-disabled={shown === undefined || earlier === 0}
          className="aria-disabled:opacity-50"
          onClick={() => onStep(-1)}
        >
          <SkipBack size={15} aria-hidden />
        </Button>
      </Tooltip>
      <Tooltip label={live ? "Pause: the sandbox goes on" : "Back to live"}>
        <Button
          look="quiet"
          size="icon"
          aria-label={live ? "Pause" : "Back to live"}
          disabled={shown === undefined}
          className={live ? "" : "text-accent"}
          onClick={live ? onPause : onResume}
        >
          {live ? <Pause size={15} aria-hidden /> : <Play size={15} aria-hidden />}
        </Button>
      </Tooltip>
      <Tooltip label={later > 0 ? "On to what happened next" : "On to the present"}>
        <Button
          look="quiet"
          size="icon"
          aria-label="Step forward"
          aria-disabled={live}
          className="aria-disabled:opacity-50"
          onClick={() => onStep(1)}
        >
          <SkipForward size={15} aria-hidden />
        </Button>
      </Tooltip>
    </fieldset>
  );
}
