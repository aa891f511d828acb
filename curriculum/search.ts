/** Search over the lessons and the glossary. */
import MiniSearch from "minisearch";
import { type GlossaryEntry, loadGlossary } from "./glossary.ts";
import { type Lesson, listLessons } from "./library.ts";
import { type MarkedText, markSnippet, markText } from "./marked-text.ts";
import { type Passage, passagesOf } from "./passages.ts";

export type Hit = {
  kind: Passage["kind"] | "term";
  /** Slug of the lesson; for a term of the one that introduces it. */
  lesson: string;
  /** Id of the place on the lesson's page, or in the glossary the term's slug; undefined for the top of a lesson. */
  anchor: string | undefined;
  title: MarkedText;
  snippet: MarkedText;
};

/** Hits in one lesson, or in the glossary (where `lesson` is undefined). The group with the best hit comes first. */
export type HitGroup = { lesson: { slug: string; title: string } | undefined; hits: Hit[] };

/** At most so many groups, and hits in each. */
const GROUPS = 6;
const HITS = 5;

/** What is found for a query. */
export async function searchLessons(lessonsFolder: string, query: string, cgroup: 1 | 2): Promise<HitGroup[]> {
  return find(await searchIndex(lessonsFolder, cgroup), query);
}

/** The index of the lessons as they are now. Asked for ahead it spares the first search the wait. */
export async function searchIndex(lessonsFolder: string, cgroup: 1 | 2): Promise<SearchIndex> {
  const [{ lessons }, { entries }] = await Promise.all([listLessons(lessonsFolder), loadGlossary(lessonsFolder)]);
  return indexFor(lessons, [...entries.values()], cgroup);
}

export type SearchIndex = { documents: readonly Document[]; titles: ReadonlyMap<string, string>; words: MiniSearch<Document> };

type Document = Omit<Passage, "kind"> & { id: number; kind: Hit["kind"]; lesson: string };

/** Makes an index. Checks, solutions and quizzes are in none: it knows only what a lesson's page shows to everyone. */
export function makeIndex(lessons: readonly Lesson[], entries: readonly GlossaryEntry[], cgroup: 1 | 2): SearchIndex {
  const documents: Document[] = [
    ...lessons.flatMap((lesson) => passagesOf(lesson, cgroup).map((passage) => ({ ...passage, lesson: lesson.slug }))),
    ...entries.map(({ term, slug, says, lesson }) => ({
      kind: "term" as const,
      anchor: slug,
      title: term,
      text: says,
      lesson,
    })),
  ].map((document, id) => ({
    ...document,
    id,
    title: document.title.replaceAll("`", ""),
    text: document.text.replaceAll("`", ""),
  }));
  const words = new MiniSearch<Document>({
    fields: ["title", "text"],
    searchOptions: { boost: { title: 3 }, prefix: isBeginning, combineWith: "AND" },
  });
  words.addAll(documents);
  return { documents, titles: new Map(lessons.map(({ slug, title }) => [slug, title])), words };
}

/** Looks a query up. */
export function find({ documents, titles, words }: SearchIndex, query: string): HitGroup[] {
  const phrase = query.trim().replaceAll(/\s+/g, " ");
  if (phrase === "") return [];
  const groups = new Map<string | undefined, HitGroup>();
  const exact = words.search(phrase);
  // A slip of the finger counts only where nothing is written as it was typed.
  const found = exact.length > 0 ? exact : words.search(phrase, { fuzzy: (term) => (term.length > 4 ? 0.15 : false) });
  const results = found.map(({ id, score, terms }) => ({ document: documents[Number(id)], score, terms }));
  const ranked = results
    .flatMap(({ document, score, terms }) => (document ? [{ document, terms, score: score * bonus(document, phrase) }] : []))
    .toSorted((a, b) => b.score - a.score);
  for (const { document, terms } of ranked) {
    const { kind, lesson, anchor, title, text } = document;
    const key = kind === "term" ? undefined : lesson;
    const group: HitGroup = groups.get(key) ?? {
      lesson: key === undefined ? undefined : { slug: key, title: titles.get(key) ?? key },
      hits: [],
    };
    if (!groups.has(key)) {
      if (groups.size === GROUPS) continue;
      groups.set(key, group);
    }
    if (group.hits.length === HITS) continue;
    group.hits.push({
      kind,
      lesson,
      anchor,
      title: markText(title, phrase, terms),
      snippet: markSnippet(text, phrase, terms),
    });
  }
  return [...groups.values()];
}

/** Whether a word of the query may be the beginning of a longer one: the last, which is perhaps still being typed, and any but the shortest. */
function isBeginning(word: string, index: number, all: readonly string[]): boolean {
  return index === all.length - 1 || word.length > 2;
}

/** What was typed, found as it is, counts for more than its words here and there; a name of the thing for most. */
function bonus({ kind, title, text }: Document, phrase: string): number {
  const typed = phrase.toLowerCase();
  const isTitle = title.toLowerCase() === typed;
  const hasPhrase = title.toLowerCase().includes(typed) || text.toLowerCase().includes(typed);
  return (isTitle ? 3 : 1) * (hasPhrase ? 2 : 1) * (kind === "lesson" || kind === "term" ? 1.3 : 1);
}

type Kept = { parts: readonly (Lesson | GlossaryEntry)[]; index: SearchIndex };
const kept = new Map<1 | 2, Kept>();

/** The index is made again when a lesson or the glossary has changed: what has not is the same object as before. */
function indexFor(lessons: readonly Lesson[], entries: readonly GlossaryEntry[], cgroup: 1 | 2): SearchIndex {
  const parts = [...lessons, ...entries];
  const last = kept.get(cgroup);
  if (last && last.parts.length === parts.length && parts.every((part, index) => part === last.parts[index])) return last.index;
  const index = makeIndex(lessons, entries, cgroup);
  kept.set(cgroup, { parts, index });
  return index;
}
