import { join } from "node:path";
import type { Browser, Locator } from "playwright-core";
import type { Product } from "./product.ts";
import { Visit } from "./visit.ts";
import { showView, xray } from "./xray-pane.ts";

type Scene = {
  lesson: string;
  /** What the learner types. */
  types: (cgroup: 1 | 2) => readonly string[];
  /** Text in the X-ray once it is all there. */
  until: RegExp;
  view: string;
  /** What is chosen, so that it is explained. */
  choose?: (xray: Locator) => Locator;
};

const SCENES: Readonly<Record<string, Scene>> = {
  processes: {
    lesson: "namespaces",
    types: () => [
      "unshare --pid --fork --mount-proc --uts bash",
      "hostname aurora; exec bash",
      "unshare --pid --fork --mount-proc bash",
      "sleep 1000",
    ],
    until: /sleep 1000/,
    view: "Processes",
    choose: (xray) => xray.getByText("sleep 1000").first(),
  },
  cgroups: {
    lesson: "cgroups",
    types: (cgroup) => {
      const all = cgroup === 1 ? "$CGROUP/{memory,cpu,cpuacct,pids,freezer,blkio}" : "$CGROUP";
      const [memory, cpu, pids] = cgroup === 1 ? ["memory/", "cpu/", "pids/"] : ["", "", ""];
      return [
        `mkdir -p ${all}/{batch,web}`,
        `echo 50M > $CGROUP/${memory}batch/memory.${cgroup === 1 ? "limit_in_bytes" : "max"}`,
        cgroup === 1 ? `echo 20000 > $CGROUP/${cpu}batch/cpu.cfs_quota_us` : "echo 20000 100000 > $CGROUP/batch/cpu.max",
        `echo 20 > $CGROUP/${pids}batch/pids.max`,
        "ingroup batch bash -c 'head -c 100M /dev/zero | tail'",
        "(ingroup batch bash -c 'sleep 900 & timeout 25 yes > /dev/null') &",
      ];
    },
    until: /throttled|waited/,
    view: "cgroups",
  },
  filesystems: {
    lesson: "union-filesystems",
    types: () => [
      "cd /root/demo && mkdir upper work merged",
      "mount -t overlay overlay -o userxattr,lowerdir=lower,upperdir=upper,workdir=work merged",
      "echo one more line >> merged/notes.txt; rm merged/old.txt; echo mine > merged/new.txt",
    ],
    until: /new\.txt/,
    view: "Filesystems",
  },
  network: {
    lesson: "namespaces",
    types: () => [
      "ip netns add aurora; ip netns add boreal",
      "ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up",
      "for n in aurora boreal; do ip link add v-$n type veth peer name eth0 netns $n; ip link set v-$n master br0 up; ip -n $n link set eth0 up; ip -n $n link set lo up; done",
      "ip -n aurora addr add 10.0.0.2/24 dev eth0; ip -n boreal addr add 10.0.0.3/24 dev eth0; ping -c 2 10.0.0.3",
    ],
    until: /10\.0\.0\.3/,
    view: "Network",
  },
};

/** Plays each scene in a sandbox, and takes the X-ray alone, and the first one with the whole page and as a phone shows it. */
export async function takeXrayScreenshots(product: Product, browser: Browser, folder: string, colorScheme: "light" | "dark") {
  for (const [name, scene] of Object.entries(SCENES)) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, deviceScaleFactor: 2, colorScheme });
    await context.addCookies([{ name: "unboxed_panes", value: "42.00,66.00,open", url: product.url }]);
    const learner = new Visit(product, context, await context.newPage());
    const { page } = learner;
    await learner.open(`/lessons/${scene.lesson}`);
    await learner.prompt();
    const pane = xray(learner);
    await showView(learner, scene.view);
    const host = await page.request.get(new URL("/lab/host", product.url).href);
    for (const line of scene.types((await host.json()).cgroup)) {
      await learner.type(line);
      // The timeline shall have its lines apart.
      await page.waitForTimeout(1_200);
    }
    await pane.getByText(scene.until).first().waitFor();
    await scene.choose?.(pane).click();
    await page.waitForTimeout(6_000);
    await pane.screenshot({ path: join(folder, `xray-${name}-${colorScheme}.png`) });
    if (name === "processes") {
      await learner.task("pid").evaluate((task) => task.scrollIntoView({ block: "center", behavior: "instant" }));
      await page.screenshot({ path: join(folder, `xray-${colorScheme}.png`) });
      await showView(learner, "Timeline");
      await pane.screenshot({ path: join(folder, `xray-timeline-${colorScheme}.png`) });
      await showView(learner, "Processes");
      await page.keyboard.press("Escape");
      await page.setViewportSize({ width: 390, height: 780 });
      await page.getByRole("tab", { name: "X-ray", exact: true }).click();
      await page.waitForTimeout(500);
      await page.screenshot({ path: join(folder, `xray-phone-${colorScheme}.png`) });
    }
    await context.close();
  }
}
