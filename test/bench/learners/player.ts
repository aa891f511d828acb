/** A learner who works through a lesson as a person does: reads, types the solutions' lines key by key, looks at what comes, and waits for the tick. */
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../../cli/lab/patience.ts";
import type { Lesson, Task } from "../../../curriculum/lesson.ts";
import type { LearnerPage } from "./page.ts";

/** Milliseconds of a person: between two keys (five a second), and between the prompt and the first key of the next line. */
const KEY = 200;
const THOUGHT = 3_000;
/**
 * Milliseconds between lines at the least, however fast the lesson is played. Checks begin when a command has ended and take some tenths
 * of a second; lines that follow faster share a round of them, and the lesson would seem to cost less than it does.
 */
const LEAST_THOUGHT = 600;
/** Milliseconds in which a tick must come. */
const TICK_WITHIN = patient(30_000);
/** Every so many tasks there is a flood: some 60 KB, in any shell. */
const FLOOD_EVERY = 4;
const FLOOD = 'i=0; while [ $i -lt 1500 ]; do i=$((i+1)); echo "$i: a line of output that nobody reads"; done';

export type PlayOptions = {
  lesson: Lesson;
  /** How many times faster than a person. */
  pace: number;
  /** From 0 to 1, anew at each call: pauses of two learners are not the same. */
  random: () => number;
};

/** `seconds` from the command's end (the prompt is back) to the tick, 0 where the tick was first; those that were waited where none came. */
export type Tick = { task: string; seconds: number };

/** Plays the whole lesson. Throws Error where the page breaks or a prompt does not come back. */
export async function play(page: LearnerPage, { lesson, pace, random }: PlayOptions): Promise<Tick[]> {
  const ticks: Tick[] = [];
  const pause = (milliseconds: number, least = 0) => sleep(Math.max(least, milliseconds / pace) * (0.5 + random()));
  for (const [index, task] of lesson.tasks.entries()) {
    const lines = linesOf(task, page.cgroup);
    await pause(readingTime(lesson, lines));
    if (index % FLOOD_EVERY === 1) await page.enter(FLOOD);
    for (const { text, pasted } of lines) {
      if (pasted) await page.enter(text);
      else {
        await pause(THOUGHT, LEAST_THOUGHT);
        for (const key of text) {
          await page.press(key);
          await sleep((KEY / pace) * (0.5 + random()));
        }
        await page.enter();
      }
    }
    const ended = performance.now();
    const ticked = (await page.tick(task.id, TICK_WITHIN)) ?? performance.now();
    ticks.push({ task: task.id, seconds: Math.max(0, ticked - ended) / 1000 });
  }
  return ticks;
}

type Line = { text: string /** Part of a longer text, which a person does not type by hand. */; pasted: boolean };

/** The solution's lines. What a here-document holds is pasted. */
function linesOf({ solution }: Task, cgroup: 1 | 2): Line[] {
  let end: string | undefined;
  return (cgroup === 1 ? solution.v1 : solution.v2).split("\n").map((text) => {
    const pasted = end !== undefined;
    if (text === end) end = undefined;
    else if (!pasted) end = /<<'?(\w+)'?/.exec(text)?.[1];
    return { text, pasted };
  });
}

/** Milliseconds for reading a task and what leads to it: the rest of the time that the lesson's author gives it. */
function readingTime({ minutes, tasks }: Lesson, lines: readonly Line[]): number {
  const typing = lines.filter(({ pasted }) => !pasted).reduce((sum, { text }) => sum + THOUGHT + text.length * KEY, 0);
  return Math.max(0, (minutes * 60_000) / tasks.length - typing);
}
