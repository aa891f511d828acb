import assert from "node:assert/strict";
import test from "node:test";
import { type GlossaryTerm, sourceName, termKind } from "../../components/glossary/glossary-term.ts";
import { byLetter, fits } from "../../components/glossary/letters.ts";
import { linkedTerms } from "../../components/lesson/terms.ts";
import { parseLesson } from "../../curriculum/parse.ts";

const TEXT = `---
title: T
summary: S
minutes: 5
order: 1
goals: [Go]
---

## The <Term slug="jail">jail</Term>

<Cgroup version="1"><Term slug="jail">a jail</Term></Cgroup>

A <Term slug="jail">jail</Term>, [a <Term slug="jail">link</Term>](#q), an <Term slug="unknown">unknown word</Term>.

<Task id="t" title="T">
\`\`\`bash check
fail "No."
\`\`\`
\`\`\`bash solution
true
\`\`\`
<Hint>See <Term slug="root">root</Term>.</Hint>
</Task>

<Quiz id="q" question="Q?">
- [x] A <Term slug="jail">jail</Term>
- [ ] None
</Quiz>

The <Term slug="root">root</Term> and the <Term slug="root">root</Term> again.
`;

const term = (slug: string): GlossaryTerm => ({
  slug,
  term: slug,
  says: `What ${slug} means.`,
  see: undefined,
  taught: undefined,
});

test("terms open where they can be clicked; the first on the page is the anchor", () => {
  const { body } = parseLesson({ slug: "t", file: "lesson.mdx", text: TEXT });
  const glossary = new Map(["jail", "root"].map((slug) => [slug, term(slug)]));
  const linked = (cgroup: 1 | 2) =>
    [...linkedTerms(body, cgroup, glossary).values()].map(({ entry, first }) => `${entry.slug}${first ? " first" : ""}`);
  assert.deepEqual(linked(2), ["jail first", "root", "root first", "root"]);
  assert.deepEqual(linked(1), ["jail first", "jail", "root", "root first", "root"]);
});

test("terms are grouped by letter, whatever stands before it", () => {
  const terms = ["/proc", "9p", "cgroup", "Éclair", "--net", "chroot"].map((term) => ({ term }));
  assert.deepEqual(
    byLetter(terms).map(({ letter, terms }) => [letter, terms.map(({ term }) => term)]),
    [
      ["#", ["9p"]],
      ["C", ["cgroup", "chroot"]],
      ["E", ["Éclair"]],
      ["N", ["--net"]],
      ["P", ["/proc"]],
    ],
  );
});

test("a filter takes every word of it, in name or meaning", () => {
  const whiteout = { term: "whiteout", says: "A mark that hides a name of the layers below." };
  for (const text of ["", "WHITE", "hides name", "layers whiteout"]) assert.equal(fits(whiteout, text), true, text);
  for (const text of ["opaque", "white opaque"]) assert.equal(fits(whiteout, text), false, text);
});

test("namespaces and controllers wear their colour, other terms none", () => {
  assert.equal(termKind("mount-namespace"), "ns-mnt");
  assert.equal(termKind("network-namespace"), "ns-net");
  assert.equal(termKind("memory-controller"), "cg-memory");
  for (const slug of ["namespace", "mount-propagation", "veth-pair", "constructor-namespace"])
    assert.equal(termKind(slug), undefined, slug);
});

test("a source is called by its name", () => {
  assert.equal(sourceName("https://man7.org/linux/man-pages/man7/pid_namespaces.7.html"), "pid_namespaces(7)");
  assert.equal(sourceName("https://docs.kernel.org/filesystems/overlayfs.html"), "Kernel documentation");
  assert.equal(sourceName("https://www.example.org/a"), "example.org");
});
