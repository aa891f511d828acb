import assert from "node:assert/strict";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();
/** What Chromium says of a network that is cut. */
const CUT = /ERR_(CONNECTION_\w+|EMPTY_RESPONSE|INTERNET_DISCONNECTED|SOCKET_NOT_CONNECTED|NETWORK_CHANGED)|WebSocket connection/;

visit(
  "a lost connection is shown, and what happened meanwhile arrives afterwards, once",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    await learner.type("for n in 1 2 3 4 5 6; do sleep 1; echo beat-$n-of-6; done");
    await learner.terminalShows("beat-1-of-6");
    learner.product.link.cut();
    await learner.terminal.getByText("The connection is lost.").waitFor();

    learner.product.link.restore();
    await learner.terminal.getByText("The connection is lost.").waitFor({ state: "hidden" });
    await learner.terminalShows(/beat-6-of-6/);
    const rows = await learner.terminal.locator(".xterm-accessibility-tree:visible > *").allTextContents();
    const beats = rows.map((row) => row.trim()).filter((row) => row.startsWith("beat-"));
    assert.deepEqual(
      beats,
      [1, 2, 3, 4, 5, 6].map((beat) => `beat-${beat}-of-6`),
    );
  },
  { expected: CUT },
);

visit(
  "what is typed while the connection is lost arrives when it is back",
  stage,
  async (learner) => {
    await learner.open("/lessons/namespaces");
    await learner.prompt();
    learner.product.link.cut();
    await learner.terminal.getByText("The connection is lost.").waitFor();
    await learner.page.locator(".xterm-helper-textarea").first().focus();
    await learner.page.keyboard.type("echo typed-in-the-dark-$((6 * 7))\n");
    learner.product.link.restore();
    await learner.terminalShows("typed-in-the-dark-42");
  },
  { expected: CUT },
);
