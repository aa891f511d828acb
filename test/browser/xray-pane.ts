/** The X-ray in a learner's browser, for the tests of its pictures. */
import type { Locator } from "playwright-core";
import type { Visit } from "./visit.ts";

export function xray({ page }: Visit): Locator {
  return page.getByRole("region", { name: "X-ray", exact: true });
}

export function explanation(learner: Visit): Locator {
  return xray(learner).getByRole("complementary", { name: "Explanation" });
}

/** Opens a lesson with the X-ray, and waits for the picture. */
export async function openXray(learner: Visit, lesson: string): Promise<void> {
  await learner.open(`/lessons/${lesson}`);
  await learner.prompt();
  await learner.page.getByRole("button", { name: "X-ray", exact: true }).click();
  await xray(learner).getByText("catatonit").first().waitFor();
}

export async function showView(learner: Visit, name: string): Promise<void> {
  await xray(learner)
    .getByRole("tab", { name: new RegExp(`^${name}`) })
    .click();
}

/** How many pixels of the page's picture lie beyond its edge. */
export function overhang(learner: Visit): Promise<number> {
  return xray(learner)
    .getByRole("region", { name: "Picture" })
    .evaluate((picture) => picture.scrollWidth - picture.clientWidth);
}
