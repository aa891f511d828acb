import { setTimeout as sleep } from "node:timers/promises";
import type { Subject } from "./subject.ts";

const KEYS = 200;
/** Milliseconds between keys: a fast typist, not a paste. */
const KEY_PAUSE = 6;
const FLOOD = "seq 1 3000000; echo E''ND\n";

/** Echo of single keys in milliseconds, and of a flood in MB/s. */
export async function measure(subject: Subject): Promise<{ echo: number[]; speed: number }> {
  let heard: () => void = () => {};
  let received = 0;
  let tail = Buffer.alloc(0);
  subject.onOutput((bytes) => {
    received += bytes.length;
    tail = Buffer.concat([tail, bytes.subarray(-256)]).subarray(-256);
    heard();
  });
  await sleep(500);
  const echo: number[] = [];
  for (let key = 0; key < KEYS; key++) {
    const start = performance.now();
    const echoed = new Promise<void>((resolve) => {
      heard = resolve;
    });
    subject.write(key % 2 === 0 ? "a" : "\x7f");
    await echoed;
    echo.push(performance.now() - start);
    await sleep(KEY_PAUSE);
  }
  const before = received;
  const start = performance.now();
  const done = new Promise<void>((resolve) => {
    heard = () => {
      if (tail.includes("END")) resolve();
    };
  });
  subject.write(FLOOD);
  await done;
  return { echo, speed: (received - before) / 1_000 / (performance.now() - start) };
}
