/** What the page says of things in the picture. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import test from "node:test";
import { explain } from "../../components/xray/explain/explain.ts";
import { TERMS } from "../../components/xray/explain/explanation.ts";
import { loadGlossary } from "../../curriculum/glossary.ts";
import { loadLesson } from "../../curriculum/library.ts";
import { type Reference, Table } from "../../lab-server/protocol.ts";
import { STORY } from "../fixtures/xray/story.ts";

const LESSONS = resolve(import.meta.dirname, "../../lessons");

function textOf(table: Reference["table"], id: string): string {
  const explanation = explain({ table, id }, STORY);
  assert(explanation, `${table} ${id} is explained`);
  return explanation.text;
}

test("everything in the story is explained, in whole sentences, with values and something to read", () => {
  for (const table of Table.options) {
    for (const id of Object.keys(STORY[table])) {
      const explanation = explain({ table, id }, STORY);
      assert(explanation, `${table} ${id}`);
      assert.match(explanation.text, /^[A-Z].*[.)]$/s);
      const sentences = explanation.text.split(/[.:]\s/).length;
      assert.ok(sentences >= 2, `${table} ${id} has two sentences: ${explanation.text}`);
      assert.doesNotMatch(explanation.text, /undefined|null|NaN/);
      assert.ok(explanation.values.length > 0);
      assert.ok(explanation.terms.length > 0);
      for (const [name, value] of explanation.values) assert.doesNotMatch(`${name} ${value}`, /undefined|NaN|\[object/);
      for (const { of } of explanation.near ?? []) assert(of.id in STORY[of.table], `${of.table} ${of.id} is there`);
    }
  }
});

test("what is gone is not explained, and no name finds more than rows", () => {
  assert.equal(explain({ table: "groups", id: "/gone" }, STORY), undefined);
  assert.equal(explain({ table: "groups", id: "toString" }, STORY), undefined);
});

test("the situation is told, not only the kind", () => {
  assert.match(textOf("groups", "/demo"), /kernel killed/);
  assert.match(textOf("groups", "/app/web"), /throttled/);
  assert.match(textOf("groups", "/app/batch"), /frozen/);
  assert.match(textOf("processes", "50061"), /frozen/);
  assert.match(textOf("processes", "50040"), /root directory is \/root\/jail/);
  assert.match(textOf("processes", "50032"), /it is root; outside of it, it is user 1000/);
  assert.match(textOf("processes", "50031"), /innermost it is that one's init/);
  assert.match(textOf("files", "0:63:/secret.txt"), /hides it/);
  assert.match(textOf("files", "0:63:/config"), /nothing of the lower one shows through/);
  const blue = Object.values(STORY.namespaces).find(({ pinned }) => pinned.length > 0);
  assert.match(textOf("namespaces", `net:${blue?.inode}`), /No process is in it: it lives on because a bind mount/);
  assert.match(textOf("namespaces", "pid:4026533001"), /the sandbox's own/);
  assert.match(textOf("namespaces", "time:4026531834"), /the host's, shared by all/);
});

test("each term that an explanation leads to is in the glossary, under the lesson that says it", async () => {
  const { entries } = await loadGlossary(LESSONS);
  for (const [slug, { term, lesson }] of Object.entries(TERMS)) {
    const entry = entries.get(slug);
    assert.equal(entry?.term, term, slug);
    assert.equal(entry?.lesson, lesson, slug);
    const { terms } = await loadLesson(LESSONS, lesson);
    assert(
      terms.some((used) => used.slug === slug),
      `the lesson ${lesson} has a place for ${slug}`,
    );
  }
});
