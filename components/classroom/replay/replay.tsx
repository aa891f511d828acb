"use client";
import type { Player } from "asciinema-player";
import { Download } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { onThemeChange } from "../../terminal/terminal-theme.ts";
import { Button } from "../../ui/button.tsx";
import { type Cast, readCast } from "./cast.ts";
import "asciinema-player/dist/bundle/asciinema-player.css";
import "./replay.css";

/** Seconds. No silence is longer in the replay. */
const IDLE_LIMIT = 2;
/** Seconds before a mark at which it is played from. */
const LEAD = 0.2;
const SPEEDS = [0.5, 1, 2, 4, 8] as const;

/** `at`: seconds. */
type Place = { at: number; playing: boolean };

type State = { at: "loading" } | { at: "failed"; why: string } | { at: "ready"; text: string; cast: Cast };

/** Plays a recording. `source`: where the site has it. */
export function Replay({ source, title }: { source: string; title: string }) {
  const [state, setState] = useState<State>({ at: "loading" });
  useEffect(() => {
    // What a page may run is said when it is opened. This one came into a page that was opened as another.
    if (!wasOpenedAsItself()) {
      location.reload();
      return;
    }
    const stop = new AbortController();
    load(source, stop.signal).then(setState, (error: unknown) => {
      if (stop.signal.aborted) return;
      console.warn(error);
      setState({ at: "failed", why: "The recording could not be loaded. Reload the page to try again." });
    });
    return () => stop.abort();
  }, [source]);

  if (state.at === "loading")
    return (
      <p role="status" className="replay-frame grid h-72 place-items-center text-sm text-muted-foreground">
        Loading the recording
      </p>
    );
  if (state.at === "failed")
    return (
      <p role="alert" className="rounded-md border border-border bg-muted/60 px-3.5 py-2.5 text-sm">
        {state.why}
      </p>
    );
  return <Ready source={source} title={title} text={state.text} cast={state.cast} />;
}

function Ready({ source, title, text, cast }: { source: string; title: string; text: string; cast: Cast }) {
  const [speed, setSpeed] = useState(1);
  const frame = useRef<HTMLDivElement>(null);
  const player = useRef<Player | undefined>(undefined);
  /** Where the last player was: another one goes on there, for none of its options can be changed while it plays. */
  const place = useRef<Place>({ at: 0, playing: false });
  const [problem, setProblem] = useState<string>();

  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    let gone = false;
    const leave = () => {
      if (!player.current) return;
      place.current = { ...place.current, at: player.current.getCurrentTime() };
      player.current.dispose();
      player.current = undefined;
    };
    const play = async () => {
      const { create } = await import("asciinema-player");
      if (gone) return;
      leave();
      const { at, playing } = place.current;
      const next = create({ data: text }, element, {
        fit: "both",
        theme: "unboxed",
        idleTimeLimit: IDLE_LIMIT,
        speed,
        preload: true,
        // Until it is played, it shows how the recording ends.
        ...(at === 0 && !playing ? { poster: `npt:${cast.duration}` } : {}),
        ...(playing ? { startAt: at, autoPlay: true } : {}),
        terminalFontFamily: '"JetBrains Mono Variable", ui-monospace, monospace',
        cols: cast.cols,
        rows: cast.rows,
      });
      next.addEventListener("playing", () => {
        place.current.playing = true;
      });
      for (const event of ["pause", "ended"] as const)
        next.addEventListener(event, () => {
          place.current.playing = false;
        });
      player.current = next;
      if (at > 0 && !playing) await next.seek(at);
    };
    const playOr = () =>
      void play().catch((error: unknown) => {
        console.warn(error);
        setProblem("This browser cannot replay recordings. Download it and play it with asciinema.");
      });
    playOr();
    const stopThemes = onThemeChange(playOr);
    return () => {
      gone = true;
      stopThemes();
      leave();
    };
  }, [text, cast, speed]);

  return (
    <div className="grid gap-x-6 gap-y-4 lg:grid-cols-[minmax(0,1fr)_15rem]">
      <div className="min-w-0">
        {problem !== undefined && (
          <p role="alert" className="mb-3 rounded-md border border-border bg-muted/60 px-3.5 py-2.5 text-sm">
            {problem}
          </p>
        )}
        <section
          aria-label={`Replay of ${title}`}
          ref={frame}
          className="replay-frame replay-stage"
          style={{ aspectRatio: shapeOf(cast) }}
        />
        <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2">
          <label className="flex items-center gap-2 text-sm text-muted-foreground">
            Speed
            <select
              value={speed}
              onChange={(event) => setSpeed(Number(event.target.value))}
              className="h-8 rounded-md border border-border-strong bg-surface px-2 text-foreground"
            >
              {SPEEDS.map((each) => (
                <option key={each} value={each}>
                  {each}×
                </option>
              ))}
            </select>
          </label>
          <Button asChild size="small">
            <a href={source} download>
              <Download size={15} aria-hidden /> Download
            </a>
          </Button>
          <p className="text-[0.8125rem] text-muted-foreground max-md:hidden">
            <kbd className="kbd">Space</kbd> plays, <kbd className="kbd">[</kbd> <kbd className="kbd">]</kbd> go to the marks,{" "}
            <kbd className="kbd">?</kbd> shows all keys. Silences are shortened to {IDLE_LIMIT} seconds.
          </p>
        </div>
      </div>
      <Chapters
        cast={cast}
        onSeek={async (at) => {
          // First it must play: what it sought before that it forgets. A moment before the mark: at its end a player would begin anew.
          await player.current?.play();
          await player.current?.seek(Math.max(0, at - LEAD));
        }}
      />
    </div>
  );
}

function Chapters({ cast: { chapters }, onSeek }: { cast: Cast; onSeek: (at: number) => void }) {
  return (
    <nav aria-label="Marks of the recording">
      <h2 className="text-sm font-semibold">What the check said</h2>
      {chapters.length === 0 ? (
        <p className="mt-2 text-sm text-muted-foreground">Nothing, while this was recorded.</p>
      ) : (
        <ol className="mt-2 border-t border-border">
          {chapters.map(({ at, label }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: marks never move
            <li key={index} className="border-b border-border">
              <button
                type="button"
                onClick={() => onSeek(at)}
                className="flex w-full items-baseline gap-2.5 py-1.5 text-left text-sm hover:text-accent"
              >
                <span className="shrink-0 font-mono text-[0.75rem] text-muted-foreground tabular-nums">{clock(at)}</span>
                <span className="min-w-0 break-words">{label}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
    </nav>
  );
}

async function load(source: string, signal: AbortSignal): Promise<State> {
  const response = await fetch(source, { signal });
  if (response.status === 404) return { at: "failed", why: "This recording is not there any more: its time is over." };
  if (!response.ok) throw new Error(`The site answered ${response.status}.`);
  const text = await response.text();
  return { at: "ready", text, cast: readCast(text, IDLE_LIMIT) };
}

/** Whether the browser loaded this page by its own address, and not another from which it came here. */
function wasOpenedAsItself(): boolean {
  const [opened] = performance.getEntriesByType("navigation");
  return opened === undefined || new URL(opened.name).pathname === location.pathname;
}

/** Width by height of a terminal of this size in the player: a character is three fifths as wide as it is high, lines are a third further apart. */
function shapeOf({ cols, rows }: Cast): number {
  return (cols * 0.6) / (rows * (4 / 3));
}

/** Seconds as "1:05". */
function clock(seconds: number): string {
  const whole = Math.floor(seconds);
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
