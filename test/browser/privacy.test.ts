import assert from "node:assert/strict";
import { join } from "node:path";
import { CLONE } from "../../cli/start/settings.ts";
import type { Lesson } from "../../curriculum/lesson.ts";
import { loadLesson } from "../../curriculum/library.ts";
import { setStage } from "./stage.ts";
import { type Visit, visit } from "./visit.ts";

const stage = setStage();

visit("checks and solutions are in nothing that the browser receives before the learner asks", stage, async (learner) => {
  const received = record(learner);
  const secrets = secretLines(await loadLesson(join(CLONE, "lessons"), "namespaces"));
  assert.ok(secrets.length > 20, "there is something to hide");

  await learner.open("/");
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await learner.type("readlink /proc/$$/ns/uts > /root/my-uts");
  await learner.isDone("look");
  const before = await received();
  assert.ok(before.includes("Write down your UTS label"), "the recording has the lesson");
  assert.deepEqual(
    secrets.filter((line) => before.includes(line)),
    [],
  );

  const task = learner.task("uts");
  await task.getByRole("button", { name: "Solution" }).click();
  await learner.page.getByRole("button", { name: "Show it" }).click();
  await task.getByText("One way to do it").waitFor();
  assert.ok((await received()).includes("hostname aurora"), "asked for, it comes");
});

visit("no page of the site asks anybody else for anything, the X-ray and the search among them", stage, async (learner) => {
  const { page, product } = learner;
  const asked = new Set<string>();
  learner.context.on("request", (request) => asked.add(request.url()));
  page.on("websocket", (socket) => asked.add(socket.url()));
  for (const path of ["/", "/curriculum", "/glossary"]) await learner.open(path);
  await learner.open("/lessons/namespaces");
  await learner.prompt();
  await page.getByRole("button", { name: "X-ray", exact: true }).click();
  const tabs = page.locator("#xray-pane").getByRole("tab");
  await tabs.first().waitFor();
  for (const tab of await tabs.all()) {
    await tab.click();
    await page.locator("#xray-pane").getByRole("tabpanel").first().waitFor();
  }
  await page.getByRole("button", { name: "Search", exact: true }).first().click();
  await page.getByRole("combobox").waitFor();
  const found = page.waitForResponse((response) => response.url().includes("/api/search?q=mount"));
  await page.keyboard.type("mount");
  await found;
  assert.ok(asked.size > 10, "there is something to look at");
  const own = new URL(product.url).host;
  assert.deepEqual(
    [...asked].filter((url) => !url.startsWith("data:") && !url.startsWith("blob:") && new URL(url).host !== own),
    [],
  );
});

visit("the learner's cookie is out of scripts' and other sites' reach", stage, async (learner) => {
  await learner.open("/lessons/namespaces");
  const cookies = (await learner.context.cookies()).filter(({ value }) => value.length > 30);
  assert.ok(cookies.length > 0, "there is a cookie");
  for (const cookie of cookies) {
    assert.equal(cookie.httpOnly, true, cookie.name);
    assert.notEqual(cookie.sameSite, "None", cookie.name);
  }
});

/** Everything that came: bodies of responses, and frames of sockets, with JSON's and HTML's escapes undone. */
function record({ page }: Visit): () => Promise<string> {
  const bodies: Promise<string>[] = [];
  const frames: string[] = [];
  page.on("response", (response) => {
    // A redirect has no body, and one that was broken off has none that the page saw.
    bodies.push(response.text().catch(() => ""));
  });
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => frames.push(payload.toString())));
  return async () => plain([...(await Promise.all(bodies)), ...frames].join("\n"));
}

function plain(text: string): string {
  return text
    .replaceAll("\\\\", "\\")
    .replaceAll('\\"', '"')
    .replaceAll("\\n", "\n")
    .replaceAll(/\\u([0-9a-f]{4})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)))
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

/** Telling lines of checks and solutions that the lesson's own text and hints do not show. */
function secretLines({ tasks, body }: Lesson): string[] {
  const shown = plain(JSON.stringify(body));
  const scripts = tasks.flatMap(({ check, solution }) => [check.v1, check.v2, solution.v1, solution.v2]);
  const lines = scripts.flatMap((script) => script.split("\n").map((line) => line.trim()));
  return [...new Set(lines)].filter((line) => line.length > 30 && !shown.includes(line));
}
