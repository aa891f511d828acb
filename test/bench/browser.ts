/**
 * In a real browser: from the click on a lesson to the first prompt on the screen, with the pool and without; and what the
 * browser has to fetch for it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { Product } from "../browser/product.ts";
import { openBrowser } from "../browser/visit.ts";

const ROUNDS = 9;
/** Milliseconds on the home page before the click: a learner reads, and the pool fills. */
const READING = 2_500;
const LESSON = "/lessons/namespaces";

/** Rows for `npm run bench`. Needs root, Chromium and a built image. */
export async function run(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    const { times: cold } = await visits(browser, 0);
    const { times: warm, weight } = await visits(browser, 2);
    return [
      under(1_000, { name: "click on a lesson to first prompt, nothing prepared, p50", unit: "ms", value: quantile(cold, 0.5) }),
      under(400, { name: "click on a lesson to first prompt, from the pool, p50", unit: "ms", value: quantile(warm, 0.5) }),
      under(350, { name: "JavaScript fetched until the terminal shows, compressed", unit: "kB", value: weight }),
    ];
  } finally {
    await browser.close();
  }
}

/** Milliseconds of each click, and the weight of the lesson's page in kB. */
async function visits(browser: Browser, pool: number): Promise<{ times: number[]; weight: number }> {
  await using product = await Product.start({ env: { UNBOXED_POOL: String(pool) } });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    times.push(await asNewLearner(browser, (page) => clickToPrompt(page, product.url)));
  }
  return { times, weight: await asNewLearner(browser, (page) => scriptWeight(page, product.url)) };
}

/** A browser without a cache or cookies. */
async function asNewLearner(browser: Browser, measure: (page: Page) => Promise<number>): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  try {
    return await measure(await context.newPage());
  } finally {
    await context.close();
  }
}

/**
 * From the moment that the mouse button goes down, by the browser's own clock, for the driver's way to the browser and back is
 * not the learner's. The pointer is on the link only then: no time is won by what hovering might begin. The end is the
 * frame after the one that has the prompt.
 */
async function clickToPrompt(page: Page, url: string): Promise<number> {
  await page.goto(url);
  await page.evaluate(() =>
    addEventListener("pointerdown", ({ timeStamp }) => performance.mark("down", { startTime: timeStamp })),
  );
  await sleep(READING);
  await page.locator(`a[href="${LESSON}"]`).first().click();
  await promptShows(page);
  return page.evaluate(() => performance.measure("click to prompt", "down", "prompt").duration);
}

/** Compressed bytes of all scripts, when the lesson is the first page of the site that this browser sees. */
async function scriptWeight(page: Page, url: string): Promise<number> {
  await page.goto(url + LESSON);
  await promptShows(page);
  return page.evaluate(() => {
    const prompt = performance.getEntriesByName("prompt")[0]?.startTime ?? 0;
    const scripts = performance
      .getEntriesByType("resource")
      .filter((entry) => entry instanceof PerformanceResourceTiming)
      .filter(({ name, responseEnd }) => new URL(name).pathname.endsWith(".js") && responseEnd < prompt);
    return scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000;
  });
}

/** Waits for the prompt, and marks the moment in the page. */
async function promptShows(page: Page): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const look = () => {
          const text = document.querySelector(".xterm-accessibility-tree")?.textContent ?? "";
          requestAnimationFrame(
            text.includes("#")
              ? () => {
                  performance.mark("prompt");
                  resolve();
                }
              : look,
          );
        };
        look();
      }),
  );
}
