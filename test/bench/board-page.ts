/** The board in a real browser with 300 learners of whom twenty go on each second, while it is scrolled: frames, and from a change to its frame. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import { atLeast, compared, quantile, type Row, under } from "../../cli/bench/row.ts";
import { makeClassroom, visitOf } from "../browser/classroom-stage.ts";
import { Product } from "../browser/product.ts";
import { openBrowser } from "../browser/visit.ts";
import { generatedClass } from "./board/generated-class.ts";

const LEARNERS = 300;
const TASKS = 12;
/** Milliseconds between two changes, and that frames are counted for. */
const BETWEEN = 50;
const MEASURED = 10_000;

/** Rows for `npm run bench`. Needs root, Chromium and a built image. */
export async function run(): Promise<Row[]> {
  await using product = await Product.start({ env: { UNBOXED_POOL: "0" } });
  const browser = await openBrowser();
  try {
    const { class: of, instructor } = await makeClassroom(product, { lessons: ["cgroups"], learners: [] });
    const { page } = await visitOf({ product, browser }, instructor);
    const generated = generatedClass(LEARNERS, TASKS);
    // The lab-server is another benchmark's subject: here the wire itself speaks.
    let change = () => {};
    await page.routeWebSocket(/\/lab\/staff$/, (socket) => {
      socket.onMessage((said) => {
        if (String(said).includes('"hello"')) socket.send(JSON.stringify(generated.board()));
      });
      change = () => socket.send(JSON.stringify(generated.goOn()));
    });
    await page.goto(new URL(`/classes/${of.id}/board`, product.url).href);
    await page
      .locator("[data-learner]")
      .nth(LEARNERS - 1)
      .waitFor({ state: "attached" });
    await sleep(2_000);
    const { frames: quiet } = await watch(page, MEASURED);
    const timer = setInterval(() => change(), BETWEEN);
    const { frames, lags } = await watch(page, MEASURED);
    clearInterval(timer);
    const name = `board of ${LEARNERS} learners, scrolled, with 20 changes a second against none`;
    return [
      atLeast(0.75, { name: `${name}: frames a second`, unit: "fps", value: rate(frames), against: rate(quiet) }),
      compared({
        name: `${name}: between two frames, p99`,
        unit: "ms",
        value: quantile(frames, 0.99),
        against: quantile(quiet, 0.99),
      }),
      under(300, { name: "board: from a change on the wire to its frame, p95", unit: "ms", value: quantile(lags, 0.95) }),
    ];
  } finally {
    await browser.close();
  }
}

/** Of milliseconds between frames. */
function rate(frames: readonly number[]): number {
  return (1000 * frames.length) / frames.reduce((sum, each) => sum + each, 0);
}

/** Scrolls up and down, and returns the milliseconds between frames and from each message to the frame after its row changed. */
function watch(page: Page, milliseconds: number): Promise<{ frames: number[]; lags: number[] }> {
  return page.evaluate(async (length) => {
    const frames: number[] = [];
    const lags: number[] = [];
    let arrived: number | undefined;
    // Every message goes through here on its way to the page.
    const parse = JSON.parse;
    JSON.parse = (...given) => {
      arrived ??= performance.now();
      return parse(...given);
    };
    const changes = new MutationObserver(() => {
      if (arrived === undefined) return;
      const from = arrived;
      arrived = undefined;
      requestAnimationFrame(() => setTimeout(() => lags.push(performance.now() - from)));
    });
    changes.observe(document.querySelector("tbody") ?? document.body, {
      subtree: true,
      childList: true,
      attributes: true,
      characterData: true,
    });
    const begin = performance.now();
    let before = begin;
    await new Promise<void>((resolve) => {
      const frame = (now: number) => {
        frames.push(now - before);
        before = now;
        scrollBy(0, Math.sin((now - begin) / 700) > 0 ? 24 : -24);
        if (now - begin < length) requestAnimationFrame(frame);
        else resolve();
      };
      requestAnimationFrame(frame);
    });
    changes.disconnect();
    return { frames: frames.slice(1), lags };
  }, milliseconds);
}
