/** The long run: how a lab-server and a site are after very much bad input. */
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../browser/product.ts";
import { Lab } from "../lab/harness.ts";
import { Site } from "../lab/site.ts";
import { frame, wireBytes } from "./frames.ts";
import { type Size, sizeOf } from "./process-size.ts";
import { request } from "./requests.ts";
import { chooseSeed } from "./seed.ts";
import { sendFrames, sendOnWire, sendRequest } from "./send.ts";
import { lay } from "./siege.ts";

/** Parts of each siege, after each of which sizes are taken: in the first half the processes come to their working size. */
const PARTS = [0.1, 0.4, 0.5];
/** What a process may have more at the end than after the first half. */
const MAY_GROW: Size = { megabytes: 64, files: 10 };
/** Of the frames, those that break the rules of WebSockets themselves; each takes a connection. */
const BROKEN = 0.02;
/** Milliseconds after which connections of the siege are closed on both sides. */
const SETTLE = 8_000;
/** Learners whose pages send frames, and clients that send requests. */
const WIDTH = 6;

export type LongRun = { frames: number; requests: number; say: (line: string) => void };

/** Returns a sentence for each thing that is not as it must be. Needs root. */
export async function fuzz({ frames, requests, say }: LongRun): Promise<string[]> {
  const seed = chooseSeed();
  say(`seed ${seed}`);
  await using lab = await Lab.start({
    env: { UNBOXED_LOG_LEVEL: "info", UNBOXED_MAX_SANDBOXES: String(WIDTH + 2), UNBOXED_LIFETIME_MINUTES: "600" },
  });
  await using site = await Site.start(lab, await freePort());
  const problems: string[] = [];
  const connections = { pages: 0 };

  const besiege = async (what: string, whole: number, siege: (count: number, seed: number) => Promise<void>) => {
    const sizes: { lab: Size; site: Size }[] = [];
    let seconds = 0;
    for (const [part, share] of PARTS.entries()) {
      const begun = performance.now();
      await siege(Math.round(whole * share), seed + part * whole);
      seconds += (performance.now() - begun) / 1000;
      sizes.push(await settled(lab, site));
    }
    say(`${whole} ${what}, ${Math.round(whole / seconds)} a second`);
    for (const name of ["lab", "site"] as const) {
      const [early, half, end] = sizes.map((size) => size[name]);
      if (!early || !half || !end) throw new Error("The run has three parts.");
      const process = name === "lab" ? "lab-server" : "site";
      say(`  ${process}: ${[early, half, end].map(({ megabytes, files }) => `${megabytes} MiB, ${files} files`).join(" → ")}`);
      if (end.megabytes > half.megabytes + MAY_GROW.megabytes)
        problems.push(`The ${process} grew from ${half.megabytes} to ${end.megabytes} MiB by the second half of the ${what}.`);
      if (end.files > half.files + MAY_GROW.files)
        problems.push(`The ${process} has ${end.files} files open after the ${what}, and had ${half.files} after half of them.`);
    }
  };

  const broken = Math.round(frames * BROKEN);
  await besiege("frames of pages", frames - broken, (count, seed) =>
    lay({
      arbitrary: frame,
      count,
      seed,
      width: WIDTH,
      send: async (samples, sender) => {
        const took = await sendFrames(lab, `learner-${sender}`, samples);
        connections.pages += took;
      },
    }),
  );
  say(`  on ${connections.pages} connections`);
  await besiege("frames against RFC 6455", broken, (count, seed) =>
    lay({
      arbitrary: wireBytes,
      count,
      seed,
      width: WIDTH,
      send: async (samples) => {
        for (const bytes of samples) await sendOnWire(lab.port, lab.origin, bytes);
      },
    }),
  );
  const answers = new Map<string, number>();
  const ask = (port: number, whole: number, what: string) =>
    besiege(what, whole, (count, seed) =>
      lay({
        arbitrary: request,
        count,
        seed,
        width: WIDTH,
        send: async (samples) => {
          for (const bytes of samples) {
            const answer = await sendRequest(port, bytes);
            const status = /^HTTP\/1\.1 (\d)/.exec(answer)?.[1];
            const kind = status === undefined ? "none" : `${status}xx`;
            answers.set(kind, (answers.get(kind) ?? 0) + 1);
            if (status === "5") problems.push(`${JSON.stringify(bytes).slice(0, 500)} is answered ${answer.slice(0, 60)}`);
          }
        },
      }),
    );
  await ask(lab.port, Math.floor(requests / 2), "requests to the lab-server");
  await ask(site.port, Math.ceil(requests / 2), "requests to the site");
  say(
    `  answers: ${[...answers]
      .sort()
      .map(([kind, count]) => `${kind} ${count}`)
      .join(", ")}`,
  );

  const errors = lab.log.filter(({ level }) => level >= 50);
  for (const line of errors.slice(0, 20)) problems.push(`The lab-server logged ${JSON.stringify(line).slice(0, 1000)}`);
  say(`${errors.length} errors in the lab-server's log, ${site.errors.length} in the site's`);
  problems.push(...site.errors.slice(0, 20));
  await works(lab);
  say("a learner works as before");
  return problems;
}

async function settled(lab: Lab, site: Site): Promise<{ lab: Size; site: Size }> {
  await sleep(SETTLE);
  return { lab: sizeOf(lab.pid), site: sizeOf(site.pid) };
}

async function works(lab: Lab): Promise<void> {
  const page = await lab.page({ learner: "learner-after", lesson: "plain" });
  await page.open(1);
  await page.run(1, "echo here-$((1+1))-", "here-2-");
  page.cut();
}
