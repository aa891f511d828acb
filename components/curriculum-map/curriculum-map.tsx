import { Check } from "lucide-react";
import Link from "next/link";
import type { CSSProperties } from "react";
import { TaskStrip } from "../lesson/task-strip.tsx";
import { LinkWheel } from "../ui/link-arrow.tsx";
import { BOX, layOutLessons } from "./layout.ts";
import { isWorkedThrough } from "./next-lesson.ts";

export type MapLesson = {
  slug: string;
  title: string;
  minutes: number;
  /** Slugs of the lessons that this one builds on. */
  needs: readonly string[];
  tasks: number;
  done: number;
};

/**
 * The lessons as a map: an arrow leads from each to those that build on it. It is one list, in the order of the curriculum, that
 * says in words what the arrows show; where there is room its entries stand in their places on the map.
 */
export function CurriculumMap({ lessons, next }: { lessons: readonly MapLesson[]; next: string | undefined }) {
  const { width, height, places, arrows } = layOutLessons(lessons);
  const finished = new Set(lessons.filter(isWorkedThrough).map(({ slug }) => slug));
  const titles = new Map(lessons.map(({ slug, title }) => [slug, title]));
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a map wider than the page scrolls, and the keyboard must be able to scroll it
    <section aria-label="Map of the lessons" tabIndex={0} className="curriculum-map lg:overflow-x-auto lg:p-1">
      <div
        className="relative mx-auto lg:h-(--map-height) lg:w-(--map-width)"
        style={sizes({ "map-width": width, "map-height": height })}
      >
        <svg
          width={width}
          height={height}
          viewBox={`0 0 ${width} ${height}`}
          fill="none"
          aria-hidden="true"
          className="absolute inset-0 max-lg:hidden"
        >
          {arrows.map(({ from, to, path, tip: { x, y } }) => (
            <g
              key={`${from} ${to}`}
              data-arrow={`${from} ${to}`}
              className={finished.has(from) ? "stroke-success" : "stroke-muted-foreground"}
              strokeWidth="1.5"
            >
              <path d={path} strokeOpacity={finished.has(from) ? 1 : 0.65} />
              <path d={`M${x - 4} ${y - 5}L${x} ${y}L${x + 4} ${y - 5}`} strokeLinecap="round" strokeLinejoin="round" />
            </g>
          ))}
        </svg>
        <ol className="max-lg:border-t max-lg:border-border">
          {lessons.map((lesson, index) => {
            const place = places.get(lesson.slug);
            return (
              <li
                key={lesson.slug}
                data-lesson={lesson.slug}
                className="relative max-lg:border-b max-lg:border-border lg:absolute lg:top-(--y) lg:left-(--x) lg:h-(--box-height) lg:w-(--box-width)"
                style={sizes({ x: place?.x ?? 0, y: place?.y ?? 0, "box-width": BOX.width, "box-height": BOX.height })}
              >
                <Box
                  lesson={lesson}
                  number={index + 1}
                  next={lesson.slug === next ? invitation(lesson.done, finished.size) : undefined}
                  needs={lesson.needs.map((need) => titles.get(need) ?? need)}
                />
              </li>
            );
          })}
        </ol>
      </div>
    </section>
  );
}

function Box({
  lesson: { slug, title, minutes, tasks, done },
  number,
  next,
  needs,
}: {
  lesson: MapLesson;
  number: number;
  /** What is said of the lesson to go on with. */
  next: string | undefined;
  needs: readonly string[];
}) {
  const finished = done >= tasks;
  return (
    <div
      className={`flex h-full flex-col gap-1 px-1 py-4 hover:bg-muted/60 lg:rounded-lg lg:border lg:bg-surface lg:px-3.5 lg:py-3 lg:hover:bg-surface ${next ? "lg:border-accent lg:shadow-[inset_0_0_0_1px_var(--accent)]" : "lg:border-border-strong lg:hover:border-muted-foreground"}`}
    >
      <p className="flex h-5 items-center gap-2 text-[0.8125rem] text-muted-foreground">
        <span className="font-mono tabular-nums">{String(number).padStart(2, "0")}</span>
        <span>about {minutes} min</span>
        {finished && (
          <span className="ml-auto inline-flex items-center gap-1 font-medium text-success">
            <Check size={14} strokeWidth={2.5} aria-hidden /> Done
          </span>
        )}
        {next && <span className="ml-auto font-medium text-accent">{next}</span>}
      </p>
      <h2 className="text-[1.0625rem] leading-snug font-semibold tracking-[-0.01em] lg:truncate lg:text-base">
        <Link
          href={`/lessons/${slug}`}
          className="after:absolute after:inset-0 after:rounded-lg focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:outline-accent max-lg:focus-visible:after:-outline-offset-2"
        >
          {title} <LinkWheel size={14} />
        </Link>
      </h2>
      <p className="text-[0.8125rem] text-muted-foreground lg:sr-only">
        {needs.length > 0 ? `Builds on ${list(needs)}.` : "Builds on no other."}
      </p>
      <p className="mt-auto pt-1">
        <TaskStrip total={tasks} done={done} />
      </p>
    </div>
  );
}

function invitation(done: number, finished: number): string {
  if (done > 0) return "Go on here";
  return finished > 0 ? "Next" : "Start here";
}

function list(titles: readonly string[]): string {
  return new Intl.ListFormat("en").format(titles);
}

/** Lengths in pixels as CSS variables, which take effect only where the map is drawn. */
function sizes(lengths: Readonly<Record<string, number>>): CSSProperties {
  return Object.fromEntries(Object.entries(lengths).map(([name, value]) => [`--${name}`, `${value}px`]));
}
