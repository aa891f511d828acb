/** In a real browser: from the click on a lesson to the first prompt on the screen, with the pool and without. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser } from "playwright-core";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { Product } from "../browser/product.ts";
import { openBrowser } from "../browser/visit.ts";

const ROUNDS = 9;
/** Milliseconds on the home page before the click: a learner reads, and the pool fills. */
const READING = 2_500;

/** Rows for `npm run bench`. Needs root, Chromium and a built image. */
export async function run(): Promise<Row[]> {
  const browser = await openBrowser();
  try {
    const cold = await clicks(browser, 0);
    const warm = await clicks(browser, 2);
    return [
      under(1_000, { name: "click on a lesson to first prompt, nothing prepared, p50", unit: "ms", value: quantile(cold, 0.5) }),
      under(400, { name: "click on a lesson to first prompt, from the pool, p50", unit: "ms", value: quantile(warm, 0.5) }),
    ];
  } finally {
    await browser.close();
  }
}

/** Milliseconds of each click, every time a new learner. */
async function clicks(browser: Browser, pool: number): Promise<number[]> {
  await using product = await Product.start({ env: { UNBOXED_POOL: String(pool) } });
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    try {
      const page = await context.newPage();
      await page.goto(product.url);
      await sleep(READING);
      // Measured in the page: the driver's own way to the browser and back is not the learner's.
      times.push(
        await page.evaluate(
          () =>
            new Promise<number>((resolve) => {
              const start = performance.now();
              const look = () => {
                const text = document.querySelector(".xterm-accessibility-tree")?.textContent ?? "";
                if (text.includes("#")) resolve(performance.now() - start);
                else requestAnimationFrame(look);
              };
              document.querySelector<HTMLAnchorElement>('a[href="/lessons/namespaces"]')?.click();
              look();
            }),
        ),
      );
    } finally {
      await context.close();
    }
  }
  return times;
}
