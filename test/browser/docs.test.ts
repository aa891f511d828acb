import assert from "node:assert/strict";
import { axeFindsNothing } from "./axe.ts";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();

visit(
  "the documentation is reached from every page, read, and leads from one document to a place in another",
  stage,
  async (learner) => {
    const { page } = learner;
    await learner.open("/");
    await page.getByRole("navigation", { name: "Site" }).getByRole("link", { name: "Docs" }).click();
    await page.getByRole("heading", { level: 1, name: "Documentation" }).waitFor();
    await page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name: "Upgrade" }).click();
    await page.getByRole("heading", { level: 1, name: "Upgrade" }).waitFor();
    await page.getByText("sudo npm run install-service").first().waitFor();
    await page.getByRole("article").getByRole("link", { name: "drain" }).click();
    await page.waitForURL(/\/docs\/monitor#drain$/);
    const top = await page
      .getByRole("heading", { level: 2, name: "Drain" })
      .evaluate((heading) => heading.getBoundingClientRect().top);
    assert(top > -1 && top < 900, `the place that was linked to is shown (${top})`);
  },
);

visit("where the doctor points to there is an answer", stage, async ({ page, product }) => {
  await page.goto(`${product.url}/docs/troubleshoot#usermax_user_namespaces`);
  await page.getByRole("heading", { level: 3, name: "user.max_user_namespaces" }).waitFor();
  assert.equal((await page.request.get(`${product.url}/docs/nothing`)).status(), 404);
});

for (const colorScheme of ["light", "dark"] as const) {
  visit(
    `axe finds nothing in the documentation, ${colorScheme}`,
    stage,
    async (learner) => {
      for (const path of ["/docs", "/docs/configure", "/docs/install"]) {
        await learner.open(path);
        await learner.page.getByRole("heading", { level: 1 }).waitFor();
        await axeFindsNothing(learner);
      }
    },
    { colorScheme },
  );
}

visit(
  "on a phone a document is no wider than the screen, and its name is seen among the others",
  stage,
  async (learner) => {
    const { page } = learner;
    for (const [path, name] of [
      ["/docs/troubleshoot", "Troubleshoot"],
      ["/docs/configure", "Configure"],
    ] as const) {
      await learner.open(path);
      const link = page.getByRole("navigation", { name: "Documentation" }).getByRole("link", { name });
      await page.waitForFunction(() => {
        const { left, right } = document
          .querySelector('nav[aria-label="Documentation"] [aria-current]')
          ?.getBoundingClientRect() ?? {
          left: -1,
          right: -1,
        };
        return left >= 0 && right <= innerWidth;
      });
      assert.equal(await link.getAttribute("aria-current"), "page");
      assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), path);
    }
  },
  { viewport: { width: 390, height: 844 }, hasTouch: true },
);
