/** axe on every view of the X-ray, as a picture and as a table, in both themes, of a sandbox in which there is something to see. */
import assert from "node:assert/strict";
import { axeFindings } from "./axe.ts";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";
import { explanation, openXray, showView, xray } from "./xray-pane.ts";

const stage = setStage();
const VIEWS = ["Processes", "cgroups", "Filesystems", "Network", "Timeline"] as const;

for (const colorScheme of ["light", "dark"] as const) {
  visit(
    `axe finds nothing in the X-ray, ${colorScheme}`,
    stage,
    async (learner) => {
      const { page } = learner;
      await openXray(learner, "namespaces");
      await learner.type("ip netns add blue; ip link add veth0 type veth peer name eth0 netns blue; echo a > /etc/motd");
      await learner.type("unshare --pid --fork --mount-proc --uts bash");
      await xray(learner).getByText("pid 2", { exact: true }).first().waitFor();
      const findings: string[] = [];
      for (const name of VIEWS) {
        await showView(learner, name);
        for (const asTable of name === "Timeline" ? [false] : [false, true]) {
          const button = xray(learner).getByRole("button", { name: "Show as a table" });
          if (asTable) {
            await button.click();
            // What it is stands beside it.
            await xray(learner).locator("[data-row]").first().click();
            await explanation(learner).getByRole("figure").first().waitFor();
          }
          await xray(learner).getByText("Loading the view").waitFor({ state: "detached" });
          for (const finding of await axeFindings(page, "#xray-pane"))
            findings.push(`${name}${asTable ? " as a table" : ""}: ${finding}`);
          if (asTable) {
            await page.keyboard.press("Escape");
            await button.click();
          }
        }
      }
      assert.deepEqual(findings, []);
    },
    { colorScheme },
  );
}
