/** What a learner sees of faults: a tab that sleeps, and servers that are killed. */
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import type { Product } from "./product.ts";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();
/** What Chromium says of a server that is not there, directly or through the site. */
const GONE =
  /ERR_(CONNECTION_\w+|EMPTY_RESPONSE|SOCKET_NOT_CONNECTED|INCOMPLETE_CHUNKED_ENCODING)|WebSocket connection|status of 50\d|No ticket for the lab-server/;

visit("a tab that slept shows everything when it wakes, and takes keys again", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  const browser = await learner.context.newCDPSession(learner.page);
  await learner.type("word=known; sleep 1; seq 200000; echo slept-$((40+2))");
  await browser.send("Page.setWebLifecycleState", { state: "frozen" });
  await sleep(4_000);
  await browser.send("Page.setWebLifecycleState", { state: "active" });
  await learner.terminalShows("slept-42");
  await learner.type("echo still-$word");
  await learner.terminalShows("still-known");
});

visit(
  "a lab-server and a site that are killed: the shell goes on with all that it said, and what is typed meanwhile arrives",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("word=known; for n in 1 2 3 4 5 6 7 8; do sleep 1; echo beat-$n-of-8; done");
    await learner.terminalShows("beat-1-of-8");
    kill(learner.product, "lab-server/main.ts");
    await learner.terminal.getByText("The connection is lost.").waitFor();
    await learner.page.locator(".xterm-helper-textarea").first().focus();
    await learner.page.keyboard.type("echo in-the-dark-$word\n");
    await learner.terminal.getByText("The connection is lost.").waitFor({ state: "hidden" });
    await learner.terminalShows("beat-8-of-8");
    await learner.terminalShows("in-the-dark-known");
    kill(learner.product, "server.ts");
    await learner.terminal.getByText("The connection is lost.").waitFor();
    await learner.terminal.getByText("The connection is lost.").waitFor({ state: "hidden" });
    await learner.type("echo after-all-$word");
    await learner.terminalShows("after-all-known");
  },
  { expected: GONE },
);

function kill(product: Product, what: string): void {
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    const [command, parent] = [read(`/proc/${name}/cmdline`), /^PPid:\s+(\d+)/m.exec(read(`/proc/${name}/status`))?.[1]];
    if (parent === String(product.pid) && command.includes(what)) process.kill(Number(name), "SIGKILL");
  }
}

/** Empty where the process has ended. */
function read(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
