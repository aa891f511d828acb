/** The X-ray in a real browser: from the Enter key of a command to the frame that has its effect drawn. The shell's own way is in it. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { Product } from "../browser/product.ts";
import { openBrowser, Visit } from "../browser/visit.ts";
import { openXray, showView } from "../browser/xray-pane.ts";

const ROUNDS = 20;
const V1 = existsSync("/sys/fs/cgroup/memory");
const DEMO = V1 ? "$CGROUP/memory/demo" : "$CGROUP/demo";
/** What the picture has one more of once the event is drawn. */
const BOXES = '[data-table="namespaces"][data-id]';
const KILLS = '[data-group="/demo"]';

/** Rows for `npm run bench`. Needs root, Chromium and a built image. */
export async function run(): Promise<Row[]> {
  await using product = await Product.start();
  const browser = await openBrowser();
  try {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const learner = new Visit(product, context, await context.newPage());
    await openXray(learner, "namespaces");
    const namespaces: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      namespaces.push(await enterToPicture(learner, "unshare --pid --fork sleep 0.7 &", BOXES));
      await sleep(900 + 37 * (round % 7));
    }
    await learner.type(`mkdir ${DEMO}; echo 4M > ${DEMO}/${V1 ? "memory.limit_in_bytes" : "memory.max"}`);
    await showView(learner, "cgroups");
    await learner.page.locator(KILLS).waitFor();
    const kills: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const greedy = `(echo $BASHPID > ${DEMO}/cgroup.procs; exec tail < <(head -c 50M /dev/zero)) &`;
      kills.push(await enterToPicture(learner, greedy, KILLS));
      await sleep(500 + 37 * (round % 7));
    }
    return [
      ...rows("from Enter to the picture of a namespace", namespaces),
      ...rows("from Enter to the picture of an OOM kill", kills),
    ];
  } finally {
    await browser.close();
  }
}

function rows(name: string, values: readonly number[]): Row[] {
  return [
    { name: `${name}, p50`, unit: "ms", value: quantile(values, 0.5) },
    under(300, { name: `${name}, p95`, unit: "ms", value: quantile(values, 0.95) }),
  ];
}

/** Milliseconds by the browser's clock. Of boxes there is one more; in a group the killer's count goes up. */
async function enterToPicture(learner: Visit, command: string, selector: string): Promise<number> {
  const { page } = learner;
  await learner.terminal.locator(".xterm:visible").click();
  await page.keyboard.type(command);
  // Armed before the key goes down: a key may overtake a script.
  const drawn = await page.evaluateHandle(
    (sought) => ({
      time: new Promise<number>((resolve) => {
        const state = () => {
          const found = [...document.querySelectorAll(sought)];
          const killed = found.map(({ textContent }) => Number(/(\d+) killed/.exec(textContent)?.[1] ?? 0));
          return found.length + killed.reduce((sum, count) => sum + count, 0);
        };
        const before = state();
        let pressed = 0;
        addEventListener(
          "keydown",
          ({ timeStamp }) => {
            pressed = timeStamp;
          },
          { once: true, capture: true },
        );
        const watch = new MutationObserver(() => {
          if (state() <= before) return;
          watch.disconnect();
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - pressed)));
        });
        watch.observe(document.body, { subtree: true, childList: true, characterData: true });
      }),
    }),
    selector,
  );
  await page.keyboard.press("Enter");
  return drawn.evaluate(({ time }) => time);
}
