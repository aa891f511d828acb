/** What text could do that came into a page as HTML, were there a hole. */
import assert from "node:assert/strict";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();

const SMUGGLED = `
  <p id="smuggled" style="outline-style: dashed">here</p>
  <style>#smuggled { color: rgb(1, 2, 3) } [data-task] { display: none }</style>
  <img src="/none.png" onerror="document.title = 'taken'" alt="">
  <svg><script>document.title = 'taken'</script></svg>`;

visit(
  "markup that is smuggled into a page runs nothing and styles nothing but itself",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    const { page } = learner;
    const title = await page.title();
    const styles = await page.evaluate(async (html) => {
      const refused: string[] = [];
      document.addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective));
      const place = document.createElement("div");
      document.body.append(place);
      place.innerHTML = html;
      while (!refused.includes("style-src-elem") || !refused.includes("script-src-attr"))
        await new Promise((resolve) => setTimeout(resolve, 50));
      const smuggled = document.querySelector("#smuggled");
      const { color = "", outlineStyle = "" } = smuggled ? getComputedStyle(smuggled) : {};
      return { color, outlineStyle };
    }, SMUGGLED);
    assert.notEqual(styles.color, "rgb(1, 2, 3)");
    assert.equal(styles.outlineStyle, "dashed");
    assert.equal(await page.title(), title);
    // What the page's own scripts make counts: the terminal is drawn by style elements.
    const own = await page.evaluate(() => {
      const element = document.createElement("style");
      document.head.append(element);
      element.textContent = "html { color: rgb(1, 2, 3) }";
      return getComputedStyle(document.documentElement).color;
    });
    assert.equal(own, "rgb(1, 2, 3)");
  },
  { expected: /Content Security Policy|none\.png/ },
);
