/**
 * How many learners a machine holds: for each lesson what one learner takes of memory, CPU and disk, from learners who play it at the same
 * time, and with how many of them at once keys and ticks still come in time.
 */
import { join } from "node:path";
import { notMeasured, quantile, type Row, under } from "../../cli/bench/row.ts";
import { CLONE } from "../../cli/start/settings.ts";
import { type Lesson, listLessons } from "../../curriculum/library.ts";
import { availableMemory, describeMachine } from "./learners/machine.ts";
import { printSizes, type Size } from "./learners/size-table.ts";
import { type Turn, takeTurn } from "./learners/turn.ts";

/** How many times faster than a person learners play, and how many play at once, turn by turn. */
const WHOLE = { pace: 60, learners: [8, 24, 48] };
const QUICK = { pace: 60, learners: [4], lessons: ["what-is-a-container", "chroot"] };
/** Seconds that are still in time: from key to echo, p99; from a command's end to the tick, p95. */
const ECHO = 0.1;
const TICK = 1;
/** A machine that is busier than this share of its cores has nothing left for a moment when many press Enter. */
const HEADROOM = 0.7;
/** Megabytes that stay free, whatever the next turn takes. */
const RESERVE = 2_048;
/** Where others take more of the machine, it is no place to measure: cores. */
const QUIET = 0.2;

/** `tooMany`: learners that were no longer in time, or one of whom could not play to the end. */
type Held = { turn: Turn; tooMany: number | undefined; waits: ReadonlySet<string> };

/** Rows for `npm run bench`, and the table of docs/self-hosting/sizing.md. Needs root and a built image. */
export async function run({ whole, lessons: named }: { whole: boolean; lessons: readonly string[] }): Promise<Row[]> {
  const { lessons } = await listLessons(join(CLONE, "lessons"));
  const wanted = named.length > 0 ? named : whole ? lessons.map(({ slug }) => slug) : QUICK.lessons;
  const machine = describeMachine();
  say(machine);
  const rows: Row[] = [];
  const sizes: Size[] = [];
  for (const slug of wanted) {
    const lesson = lessons.find((one) => one.slug === slug);
    if (!lesson) {
      rows.push(notMeasured(slug, "there is no such lesson"));
      continue;
    }
    const held = await grow(lesson, whole ? WHOLE : QUICK).catch((error: unknown) => String(error));
    if (typeof held === "string") {
      rows.push(notMeasured(slug, held));
      continue;
    }
    const size = sizeOf(lesson, held.turn);
    sizes.push(size);
    say(`  ${size.megabytes.toFixed(1)} MB and ${(size.share * 100).toFixed(1)} % of a core a learner`);
    rows.push(...rowsOf(lesson, held, size, whole ? WHOLE.pace : QUICK.pace));
  }
  printSizes(sizes, machine);
  return rows;
}

/** More and more learners, until they are too many for the machine: the last turn that was in time, and the first that was not. */
async function grow(lesson: Lesson, { learners, pace }: { learners: readonly number[]; pace: number }): Promise<Held> {
  let held: Held | undefined;
  for (const count of learners) {
    if (held && (held.turn.memory.sandbox + held.turn.memory.lab) * count > availableMemory() - RESERVE) break;
    say(`${lesson.slug}: ${count} learners`);
    const turn = await takeTurn({ lesson, learners: count, pace }).catch((error: unknown) => {
      if (!held) throw error;
      say(`  ${error}`);
      return undefined;
    });
    const waits = held?.waits ?? (turn ? waiting(turn) : new Set<string>());
    const isInTime = turn !== undefined && echo(turn) < ECHO && tick(turn, waits) < TICK;
    if (turn)
      say(
        `  echo p99 ${(echo(turn) * 1000).toFixed(0)} ms, tick p95 ${(tick(turn, waits) * 1000).toFixed(0)} ms; cores busy: ${turn.busy.product.toFixed(2)} product, ${turn.busy.bench.toFixed(2)} learners' side, ${turn.busy.others.toFixed(2)} others`,
      );
    // The first turn counts in any case: what a learner takes is told even where all are late.
    if (turn && (isInTime || !held)) held = { turn, tooMany: undefined, waits };
    if (!isInTime) {
      if (held) held.tooMany = count;
      break;
    }
  }
  if (!held) throw new Error("There was no turn.");
  return held;
}

/** Tasks that wait for something of their own, and not for the machine: for these there is no time to be held. */
function waiting({ ticks }: Turn): Set<string> {
  const tasks = [...new Set(ticks.map(({ task }) => task))];
  const late = tasks.filter((task) => {
    const seconds = ticks.filter((one) => one.task === task).map(({ seconds }) => seconds);
    return quantile(seconds, 0.5) >= TICK;
  });
  // Where most are late, it is the machine.
  return new Set(late.length > tasks.length / 2 ? [] : late);
}

function echo(turn: Turn): number {
  return quantile(turn.echo, 0.99);
}

function tick({ ticks }: Turn, waits: ReadonlySet<string>): number {
  const counted = ticks.filter(({ task }) => !waits.has(task));
  return quantile(
    counted.map(({ seconds }) => seconds),
    0.95,
  );
}

function sizeOf({ slug, minutes }: Lesson, { memory, cpu, disk, peak, base, busy }: Turn): Size {
  const megabytes = memory.sandbox + memory.lab + memory.site;
  const share = cpu.idle + cpu.work / (minutes * 60);
  return {
    lesson: slug,
    minutes,
    megabytes,
    cache: memory.cache,
    peak,
    share,
    disk,
    perCore: HEADROOM / share,
    perGigabyte: 1024 / megabytes,
    base,
    noisy: busy.others > QUIET,
  };
}

function rowsOf({ slug, tasks }: Lesson, { turn, tooMany, waits }: Held, size: Size, pace: number): Row[] {
  const note = size.noisy ? { note: `others kept ${turn.busy.others.toFixed(1)} cores busy` } : {};
  return [
    { name: `${slug}: memory a learner, of ${turn.learners}`, unit: "MB", value: size.megabytes, ...note },
    { name: `${slug}: files' pages a learner, which can be taken back`, unit: "MB", value: size.cache },
    { name: `${slug}: CPU a learner at a person's pace`, unit: "% of a core", value: size.share * 100, ...note },
    { name: `${slug}: of that while nothing is done`, unit: "% of a core", value: turn.cpu.idle * 100 },
    { name: `${slug}: CPU for the whole lesson besides`, unit: "s", value: turn.cpu.work },
    { name: `${slug}: disk a learner`, unit: "MB", value: size.disk },
    { name: `${slug}: learners a core, ${HEADROOM * 100} % of it busy`, unit: "", value: size.perCore },
    { name: `${slug}: learners a GB`, unit: "", value: size.perGigabyte },
    under(ECHO * 1000, {
      name: `${slug}: key to echo p99, ${turn.learners} learners at ${pace} ×`,
      unit: "ms",
      value: echo(turn) * 1000,
    }),
    under(TICK * 1000, {
      name: `${slug}: command's end to tick p95, ${tasks.length - waits.size} of ${tasks.length} tasks`,
      unit: "ms",
      value: tick(turn, waits) * 1000,
    }),
    { name: `${slug}: the same as so many at a person's pace, by CPU`, unit: "learners", value: turn.busy.product / size.share },
    ...(tooMany === undefined ? [] : [{ name: `${slug}: too many at ${pace} ×`, unit: "learners", value: tooMany }]),
  ];
}

function say(text: string): void {
  console.error(`    ${text}`);
}
