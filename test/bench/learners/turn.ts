/** One turn of a load test: so many learners play a lesson at the same time, and what each of them takes. */
import { setTimeout as sleep } from "node:timers/promises";
import { quantile } from "../../../cli/bench/row.ts";
import type { Lesson } from "../../../curriculum/lesson.ts";
import { type Cost, House } from "./house.ts";
import { used } from "./machine.ts";
import type { LearnerPage } from "./page.ts";
import { play, type Tick } from "./player.ts";

/** Every so many learners look at the X-ray: half of them. */
const LOOKS_EVERY = 2;
/** Learners that come at the same moment. */
const AT_ONCE = 4;
/** Milliseconds: until what came with the start is over, in which an idle class is watched, and between looks at memory and disk. */
const SETTLE = 3_000;
const IDLE = 8_000;
const BEAT = 1_000;

export type TurnOptions = { lesson: Lesson; learners: number; pace: number };

export type Turn = {
  learners: number;
  /** Of the lab-server and the site once they have had a learner, megabytes. */
  base: number;
  /** Megabytes that each learner adds at the moment when all together have the most; `cache` can be taken back. */
  memory: { sandbox: number; lab: number; site: number; cache: number };
  /** The mean of the most that each sandbox had, files' pages included, megabytes. */
  peak: number;
  /** The most that the learners' files took, megabytes for each. */
  disk: number;
  /** CPU of a learner who has the lesson open and does nothing, share of a core; and CPU seconds that playing it takes besides. */
  cpu: { idle: number; work: number };
  /** Seconds. */
  echo: number[];
  ticks: Tick[];
  /** While they played: cores that were busy with the product, with this benchmark, and with all the rest. */
  busy: { product: number; bench: number; others: number };
};

/** Throws Error where a learner cannot play to the end. */
export async function takeTurn({ lesson, learners, pace }: TurnOptions): Promise<Turn> {
  await using house = await House.open({ env: { UNBOXED_MAX_SANDBOXES: String(learners + 1) } });
  await warm(house, lesson);
  const base = house.cost;
  const pages: LearnerPage[] = [];
  try {
    for (let first = 0; first < learners; first += AT_ONCE) {
      const wave = Array.from({ length: Math.min(AT_ONCE, learners - first) }, (_, index) =>
        house.enter(`learner-number-${first + index}`, lesson.slug),
      );
      pages.push(...(await Promise.all(wave)));
    }
    for (const [index, page] of pages.entries()) if (index % LOOKS_EVERY === 0) page.say({ type: "xray", look: true });
    const idleBefore = await idleShare(house);
    const most = highest(house);
    const [begun, begunUsed] = [house.cost, used()];
    const ticks = await Promise.all(pages.map((page) => play(page, { lesson, pace, random: Math.random })));
    const [ended, endedUsed] = [house.cost, used()];
    const { memory, disk } = most.stop();
    const idle = (idleBefore + (await idleShare(house))) / 2 / learners;
    const seconds = (endedUsed.at - begunUsed.at) / 1000;
    const product = cpuSeconds(ended) - cpuSeconds(begun);
    const bench = endedUsed.bench - begunUsed.bench;
    return {
      learners,
      base: base.memory.lab + base.memory.site,
      memory: {
        sandbox: (memory.sandboxes - base.memory.sandboxes) / learners,
        // A server that gives back what its start took may shrink meanwhile.
        lab: Math.max(0, memory.lab - base.memory.lab) / learners,
        site: Math.max(0, memory.site - base.memory.site) / learners,
        cache: Math.max(0, memory.cache - base.memory.cache) / learners,
      },
      peak: quantile(house.peaks, 0.5),
      disk: disk / learners,
      cpu: { idle, work: Math.max(0, product / learners - idle * seconds) },
      echo: pages.flatMap(({ echoes }) => echoes).map((milliseconds) => milliseconds / 1000),
      ticks: ticks.flat(),
      busy: {
        product: product / seconds,
        bench: bench / seconds,
        others: Math.max(0, (endedUsed.machine - begunUsed.machine - product - bench) / seconds),
      },
    };
  } finally {
    for (const page of pages) page[Symbol.dispose]();
  }
}

/** A first learner comes and goes: what the servers load and compile for them is not the next one's. */
async function warm(house: House, lesson: Lesson): Promise<void> {
  using page = await house.enter("learner-who-was-first", lesson.slug);
  page.say({ type: "xray", look: true });
  await page.enter("ls -l /");
  await sleep(SETTLE);
}

/** Cores that all learners together keep busy while they do nothing. */
async function idleShare(house: House): Promise<number> {
  await sleep(SETTLE);
  const [begun, at] = [house.cost, performance.now()];
  await sleep(IDLE);
  return ((cpuSeconds(house.cost) - cpuSeconds(begun)) * 1000) / (performance.now() - at);
}

function cpuSeconds({ cpu }: Cost): number {
  return cpu.sandboxes + cpu.lab + cpu.site;
}

/** Looks again and again until it is stopped: the most memory that could not be taken back, and the most disk. */
function highest(house: House): { stop(): Pick<Cost, "memory" | "disk"> } {
  let { memory, disk } = house.cost;
  const look = () => {
    const now = house.cost;
    if (held(now.memory) > held(memory)) memory = now.memory;
    disk = Math.max(disk, now.disk);
  };
  const beat = setInterval(look, BEAT);
  return {
    stop() {
      clearInterval(beat);
      look();
      return { memory, disk };
    },
  };
}

function held({ sandboxes, lab, site }: Cost["memory"]): number {
  return sandboxes + lab + site;
}
