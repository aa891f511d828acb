/** What a page of another site, open in the learner's browser, can do to this one: link to it. */
import assert from "node:assert/strict";
import { createServer, type Server } from "node:http";
import { after, before } from "node:test";
import { freePort } from "./product.ts";
import { setStage } from "./stage.ts";
import { visit } from "./visit.ts";

const stage = setStage();
/** Chromium calls 127.0.0.1 another site than localhost, and another port of it the same site. */
let foreign: Server;
let port = 0;
before(async () => {
  port = await freePort();
  foreign = createServer((_, response) => {
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>Elsewhere</title><p>Elsewhere.</p>");
  });
  await new Promise<void>((listening) => foreign.listen(port, () => listening()));
});
after(() => foreign?.close());

for (const [what, host] of [
  ["another site", "127.0.0.1"],
  ["the same site", "localhost"],
] as const)
  visit(
    `a page of ${what} can neither read, load, embed, send nor connect`,
    stage,
    async (learner) => {
      const { page, product } = learner;
      await learner.open("/lessons/namespaces");
      await learner.prompt();
      const file = await page.locator("script[src*='/_next/static/']").first().getAttribute("src");
      await page.goto(`http://${host}:${port}/`);
      const tried = await page.evaluate(
        async ({ site, socket, file }) => {
          const load = (tag: "script" | "img", url: string) =>
            new Promise<string>((resolve) => {
              const element = document.createElement(tag);
              element.onload = () => resolve("loaded");
              element.onerror = () => resolve("refused");
              element.src = url;
              document.body.append(element);
            });
          const fetched = (path: string, init: RequestInit) =>
            fetch(site + path, { credentials: "include", ...init }).then(
              (response) => (response.type === "opaque" ? "opaque" : String(response.status)),
              () => "refused",
            );
          const connected = () =>
            new Promise<string>((resolve) => {
              const tried = new WebSocket(socket);
              tried.onmessage = ({ data }) => resolve(String(data));
              tried.onclose = () => resolve("closed");
            });
          const framed = () =>
            new Promise<string>((resolve) => {
              const frame = document.createElement("iframe");
              frame.src = `${site}/`;
              frame.onload = () => {
                try {
                  resolve(frame.contentDocument === null ? "refused" : "empty");
                } catch {
                  resolve("refused");
                }
              };
              document.body.append(frame);
            });
          return {
            read: await fetched("/api/search?q=mount", {}),
            readBlindly: await fetched("/lessons/namespaces", { mode: "no-cors" }),
            ticket: await fetched("/api/ticket", { method: "POST", body: '{"lesson":"namespaces"}' }),
            ticketBlindly: await fetched("/api/ticket", { method: "POST", mode: "no-cors", body: '{"lesson":"namespaces"}' }),
            script: await load("script", site + file),
            image: await load("img", `${site}/icon.svg`),
            socket: await connected(),
            frame: await framed(),
          };
        },
        { site: product.url, socket: `${product.url.replace("http", "ws")}/lab/socket`, file },
      );
      assert.match(tried.socket, /"bad-origin"|^closed$/);
      assert.deepEqual(
        { ...tried, socket: "refused" },
        {
          read: "refused",
          // Not that it is refused, but that nothing of it can be seen: Cross-Origin-Resource-Policy.
          readBlindly: "refused",
          ticket: "refused",
          ticketBlindly: "refused",
          script: "refused",
          image: "refused",
          socket: "refused",
          frame: "refused",
        },
      );

      // A form goes there as a navigation: its answer is a no.
      const answered = page.waitForResponse((response) => response.request().method() === "POST");
      await page.evaluate((site) => {
        const form = document.createElement("form");
        form.method = "post";
        form.action = `${site}/lessons/namespaces`;
        document.body.append(form);
        form.submit();
      }, product.url);
      assert.equal((await answered).status(), 403);
      await page.getByText("does not come from a page of this site").waitFor();

      // A link is followed, and the learner is the same as before.
      await page.goto(`http://${host}:${port}/`);
      await page.evaluate((site) => location.assign(`${site}/lessons/namespaces`), product.url);
      await learner.prompt();
    },
    // The foreign page leaves the site, and its attempts are told on the console.
    { expected: /./ },
  );
