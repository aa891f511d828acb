import { setTimeout as sleep } from "node:timers/promises";
import type { Subject } from "./subject.ts";

const KEYS = 200;
/** Milliseconds between keys: a fast typist, not a paste. */
const KEY_PAUSE = 6;
const FLOOD = "seq 1 3000000; echo E''ND\n";

/** Echo of single keys in milliseconds, and of a flood in MB/s. */
export async function measure(subject: Subject): Promise<{ echo: number[]; speed: number }> {
  await sleep(500);
  const echo = await echoes(subject);
  return { echo, speed: await throughput(subject) };
}

/** Milliseconds of single keys, one after another, at a prompt: two hundred, or as many as `goesOn` lets come. */
export async function echoes(
  subject: Subject,
  goesOn = (keys: number) => keys < KEYS,
  pause: number = KEY_PAUSE,
): Promise<number[]> {
  let heard: () => void = () => {};
  subject.onOutput(() => heard());
  const echo: number[] = [];
  while (goesOn(echo.length)) {
    const start = performance.now();
    const echoed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    subject.write(echo.length % 2 === 0 ? "a" : "\x7f");
    await echoed;
    echo.push(performance.now() - start);
    await sleep(pause);
  }
  return echo;
}

async function throughput(subject: Subject): Promise<number> {
  let received = 0;
  let tail = Buffer.alloc(0);
  const done = Promise.withResolvers<void>();
  subject.onOutput((bytes) => {
    received += bytes.length;
    tail = Buffer.concat([tail, bytes.subarray(-256)]).subarray(-256);
    if (tail.includes("END")) done.resolve();
  });
  const start = performance.now();
  subject.write(FLOOD);
  await done.promise;
  return received / 1_000 / (performance.now() - start);
}
