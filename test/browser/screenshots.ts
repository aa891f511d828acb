/** Takes the screenshots of README.md from the product as it is: `npm run screenshots`. */
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { CLONE } from "../../cli/start/settings.ts";
import { Product } from "./product.ts";
import { openBrowser, Visit } from "./visit.ts";
import { takeXrayScreenshots } from "./xray-screenshots.ts";

const FOLDER = join(CLONE, "docs/images");

mkdirSync(FOLDER, { recursive: true });
await using product = await Product.start();
await using browser = await openBrowser(2);
for (const colorScheme of ["light", "dark"] as const) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, deviceScaleFactor: 2, colorScheme });
  const learner = new Visit(product, context, await context.newPage());
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.type("readlink /proc/$$/ns/uts | tee /root/my-uts");
  await learner.isDone("look");
  await learner.type("unshare --uts bash");
  await learner.type("hostname aurora");
  await learner.isDone("uts");
  await learner.type("readlink /proc/$$/ns/uts; cat /root/my-uts; uname -n");
  await learner.terminalShows(/aurora\s*root@/);
  await learner.task("uts").scrollIntoViewIfNeeded();
  await learner.task("uts").evaluate((task) => task.scrollIntoView({ block: "center", behavior: "instant" }));
  await learner.page.screenshot({ path: join(FOLDER, `lab-${colorScheme}.png`) });
  await context.close();
  await takeXrayScreenshots(product, browser, FOLDER, colorScheme);
}
console.log(`The screenshots are in ${FOLDER}.`);
