/** Network namespaces, interfaces and cables, with real sandboxes. */
import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";
import { explanation, openXray, overhang, showView, xray } from "./xray-pane.ts";

const stage = setStage();

visit("from a lonely lo to a cable through a bridge that carries bytes", stage, async (learner) => {
  await openXray(learner, "namespaces");
  await showView(learner, "Network");
  await box(learner, "net 1").getByText("127.0.0.1/8").waitFor();
  await xray(learner).getByText("No way out: nothing is connected.").waitFor();

  await learner.type("ip netns add blue");
  await box(learner, "net 2").getByText("blue", { exact: true }).waitFor();
  await box(learner, "net 2").getByText("No way out yet: nothing is connected.").waitFor();
  assert.equal(await card(learner, "net 2", "lo").getAttribute("data-state"), "down");

  await learner.type("ip link add veth0 type veth peer name eth0 netns blue");
  await xray(learner).locator(".cable").waitFor();
  await card(learner, "net 1", "veth0").getByText("cable to eth0 in net 2").waitFor();
  await xray(learner).getByText("No way out").first().waitFor({ state: "detached" });
  assert.equal(await xray(learner).locator(".cable").getAttribute("data-up"), "false");

  await learner.type("ip link add br0 type bridge; ip link set veth0 master br0; ip link set br0 up; ip link set veth0 up");
  const port = card(learner, "net 1", "br0").locator(".interface", { hasText: "veth0" });
  await port.getByText("up, no carrier").waitFor();
  await learner.type("ip addr add 10.0.0.1/24 dev br0; ip -n blue addr add 10.0.0.2/24 dev eth0; ip -n blue link set eth0 up");
  await xray(learner).locator('.cable[data-up="true"]').waitFor();
  await card(learner, "net 2", "eth0").getByText("10.0.0.2/24").waitFor();

  await learner.type("ping -c 20 -i 0.3 -q 10.0.0.2");
  await port.locator(".interface-flow").first().waitFor();
  await xray(learner).locator(".cable-flow").first().waitFor();
  await learner.terminalShows("20 received");
  await xray(learner).locator(".cable-flow").first().waitFor({ state: "detached" });

  await learner.type("ip link del veth0");
  await xray(learner).locator(".cable").waitFor({ state: "detached" });
});

visit("a cable runs from card to card, wherever these are", stage, async (learner) => {
  const { page } = learner;
  await openXray(learner, "namespaces");
  await showView(learner, "Network");
  await learner.type(
    "ip netns add blue; ip link add veth0 type veth peer name eth0 netns blue; ip link add left type veth peer name right",
  );
  await xray(learner).locator(".cable").nth(1).waitFor();
  for (const width of [1440, 900]) {
    await page.setViewportSize({ width, height: 900 });
    await page.waitForFunction(() => {
      const edges = [...document.querySelectorAll("[data-plug]")].map((card) => card.getBoundingClientRect());
      const plugs = [...document.querySelectorAll(".cable-plug")].map((plug) => plug.getBoundingClientRect());
      return (
        plugs.length === 4 &&
        plugs.every((plug) => {
          const [x, y] = [plug.left + plug.width / 2, plug.top + plug.height / 2];
          return edges.some(
            ({ left, right, top, bottom }) => y > top && y < bottom && Math.min(Math.abs(x - left), Math.abs(x - right)) < 1,
          );
        })
      );
    });
  }
});

visit(
  "the keyboard and the mouse choose; the cable of what is chosen is marked; the table says the same",
  stage,
  async (learner) => {
    const { page } = learner;
    await openXray(learner, "namespaces");
    await showView(learner, "Network");
    await learner.type("ip netns add blue; ip link add veth0 type veth peer name eth0 netns blue");
    await card(learner, "net 2", "eth0").waitFor();
    await xray(learner)
      .getByRole("treeitem", { name: /^net 1/ })
      .focus();
    await page.keyboard.press("End");
    assert.match((await page.locator(":focus").getAttribute("aria-label")) ?? "", /^eth0, veth, down, cable to veth0 in net 1$/);
    await page.keyboard.press("Enter");
    await explanation(learner).waitFor();
    await xray(learner).locator('.cable[data-selected="true"]').waitFor();
    await page.keyboard.press("Escape");
    await box(learner, "net 2").locator(".network-head").click();
    await explanation(learner).getByText("net 2").first().waitFor();
    await page.keyboard.press("Escape");

    await xray(learner).getByRole("button", { name: "Show as a table" }).click();
    await xray(learner)
      .getByRole("row", { name: /^eth0 net 2 veth down cable to veth0 in net 1/ })
      .waitFor();
    await xray(learner)
      .getByRole("row", { name: /^net 2 blue .*\/run\/netns\/blue/ })
      .waitFor();
  },
);

visit(
  "on a phone boxes lie below one another, and the cable runs beside them",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.page.getByRole("tab", { name: "Terminal" }).click();
    await learner.prompt();
    await learner.type("ip netns add blue; ip link add veth0 type veth peer name eth0 netns blue");
    await learner.page.getByRole("tab", { name: "X-ray" }).click();
    await showView(learner, "Network");
    await xray(learner).locator(".cable").waitFor();
    assert.equal(await overhang(learner), 0);
    const [first, second] = [await box(learner, "net 1").boundingBox(), await box(learner, "net 2").boundingBox()];
    assert.ok(first && second && second.y >= first.y + first.height);
    const cable = await xray(learner).locator(".cable-line").first().boundingBox();
    assert.ok(cable && cable.x + cable.width <= 360);
  },
  { viewport: { width: 360, height: 740 }, hasTouch: true },
);

/** The box of a network namespace. */
function box({ page }: Visit, name: string): Locator {
  return page.locator(".network-box", { has: page.locator(`> .network-head b:text-is("${name}")`) });
}

function card(learner: Visit, namespace: string, name: string): Locator {
  return box(learner, namespace).locator(".interface", { has: learner.page.locator(`> .interface-card b:text-is("${name}")`) });
}
