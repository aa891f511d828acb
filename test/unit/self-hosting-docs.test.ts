import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join, posix } from "node:path";
import test from "node:test";
import GithubSlugger from "github-slugger";
import { z } from "zod";
import { findDocument, listDocuments } from "../../app/docs/documents.ts";
import { parseDocument } from "../../app/docs/markdown.ts";
import { readMore, TOPICS } from "../../cli/doctor/finding.ts";
import { CLONE } from "../../cli/start/settings.ts";
import { readConfiguration } from "../../lab-server/configuration.ts";
import { exposition, measure } from "../../lab-server/metrics.ts";

const read = (file: string) => readFileSync(join(CLONE, file), "utf8");
const FILES = globSync("docs/**/*.md", { cwd: CLONE }).sort();

/** Ids of a document's headings, as the site and code hosts make them. */
function anchors(file: string): Set<string> {
  const slugger = new GithubSlugger();
  const text = read(file).replaceAll(/^(`{3,})[\s\S]*?^\1$/gm, "");
  return new Set([...text.matchAll(/^#{1,6} (.+)$/gm)].map(([, words = ""]) => slugger.slug(words.replaceAll(/[`*]/g, ""))));
}

test("configure.md names every variable, and none that nobody reads, with the code's defaults", () => {
  const table = new Map(
    [...read("docs/self-hosting/configure.md").matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name = "", value = ""]) => [
      name,
      value,
    ]),
  );
  const variables = ["lab-server/configuration.ts", "app/configuration.ts", "cli/start/settings.ts"].flatMap((file) =>
    [...read(file).matchAll(/^ {2}([A-Z][A-Z_]+): ?/gm)].map(([, name = ""]) => name),
  );
  assert(variables.length > 25);
  assert.deepEqual([...table.keys()].sort(), [...new Set(variables)].sort());
  // The README's is held against the code's by a test of its own.
  const readme = new Map(
    [...read("README.md").matchAll(/^\| `([A-Z_]+)` \| (.*?) \|/gm)].map(([, name, value]) => [name, value]),
  );
  for (const [name, value] of table) if (name !== "UNBOXED_SECRET") assert.equal(value, readme.get(name), name);
  const given = Object.fromEntries(
    [...table].flatMap(([name, value]) => (/^`\d+`$/.test(value) ? [[name, value.slice(1, -1)]] : [])),
  );
  assert(Object.keys(given).length > 12);
  const secret = { NODE_ENV: "test", UNBOXED_SECRET: "x".repeat(32) } as const;
  assert.deepEqual(readConfiguration({ ...secret, ...given }), readConfiguration(secret));
});

test("every line of the doctor leads to a heading of troubleshoot.md, and its headings are the doctor's", () => {
  const there = anchors("docs/self-hosting/troubleshoot.md");
  for (const topic of TOPICS) assert(there.has(readMore(topic).split("#")[1] ?? ""), topic);
  assert.equal(readMore("port 3000"), "docs/self-hosting/troubleshoot.md#port");
  assert.equal(readMore("uts namespace"), "docs/self-hosting/troubleshoot.md#namespaces");
  assert.equal(readMore("cgroup memory"), "docs/self-hosting/troubleshoot.md#cgroup");
  const [, section = ""] = /^## What the doctor says\n([\s\S]*?)^## /m.exec(read("docs/self-hosting/troubleshoot.md")) ?? [];
  assert.deepEqual(
    [...section.matchAll(/^### (.+)$/gm)].map(([, topic]) => topic),
    [...TOPICS],
  );
});

test("monitor.md lists every metric of our own with its type, and none that there is not", async () => {
  const none = { size: 0, making: 0, capacity: 0, pooled: 0, turnedAway: 0, isDraining: false, terminals: () => [] };
  const zero = () => 0;
  measure({ keeper: none, pages: zero, watchers: zero, boards: zero, hands: zero });
  const { text } = await exposition();
  const own = [...text.matchAll(/^# TYPE (unboxed_(?!process_|nodejs_)\w+) (\w+)$/gm)].map(([, name, type]) => [name, type]);
  assert(own.length > 12);
  const listed = [...read("docs/self-hosting/monitor.md").matchAll(/^\| `(unboxed_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [
    name,
    type,
  ]);
  assert.deepEqual(listed.sort(), own.sort());
});

test("every link of the documentation leads to a file and a heading that are there", () => {
  assert(FILES.length >= 9);
  for (const file of FILES) {
    for (const [, target = ""] of read(file).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const [path = "", anchor] = target.split("#");
      const to = path === "" ? file : posix.join(posix.dirname(file), path);
      assert(existsSync(join(CLONE, to)), `${file}: ${target}`);
      if (anchor !== undefined) assert(anchors(to).has(anchor), `${file}: ${target}`);
    }
  }
});

test("every npm script and file that the documentation names is there", () => {
  const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(read("package.json")));
  for (const file of FILES) {
    for (const [, name = ""] of read(file).matchAll(/npm run ([\w:-]+)/g)) assert(name in scripts, `${file}: npm run ${name}`);
    for (const [, path = ""] of read(file).matchAll(/`(deploy\/[\w./-]+)`/g)) assert(existsSync(join(CLONE, path)), path);
  }
});

test("every document has a page with a title, a summary and the same headings, and links between documents lead to pages", async () => {
  const pages = await listDocuments();
  assert.deepEqual(pages.map(({ slug }) => slug).sort(), FILES.map((file) => basename(file, ".md")).sort());
  for (const { slug, title, summary } of pages) {
    assert(title !== "" && summary !== "", slug);
    const document = await findDocument(slug);
    const html = JSON.stringify(document?.body);
    assert.doesNotMatch(html, /"href":"[^"]*\.md/, slug);
    for (const { id } of document?.outline ?? [])
      assert(anchors(FILES.find((file) => basename(file, ".md") === slug) ?? "").has(id), `${slug}#${id}`);
  }
  assert.match(JSON.stringify((await findDocument("install"))?.body), /"href":"\/docs\/monitor#drain"/);
  assert.equal(await findDocument("../../package"), undefined);
});

test("a link to a file without a page becomes its text", () => {
  const where = { file: "a/b.md", pages: new Map([["c.md", "c"]]) };
  const { title, body } = parseDocument(
    "# T\n\n[code](../../x.ts) [doc](../c.md#d) [here](#e) [web](https://example.org)\n",
    where,
  );
  assert.equal(title, "T");
  const text = JSON.stringify(body);
  assert.deepEqual(
    [...text.matchAll(/"href":"([^"]*)"/g)].map(([, href]) => href),
    ["/docs/c#d", "#e", "https://example.org"],
  );
  assert.match(text, /"value":"code"/);
});
