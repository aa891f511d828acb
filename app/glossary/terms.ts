/** The glossary as pages show it. */
import { type GlossaryTerm, termAnchor } from "../../components/glossary/glossary-term.ts";
import { type GlossaryEntry, loadGlossary } from "../../curriculum/glossary.ts";
import { type Lesson, listLessons } from "../../curriculum/library.ts";
import { configuration } from "../configuration.ts";

/** Every term, in the alphabet's order, with the lesson that teaches it. */
export async function glossaryTerms(): Promise<{ term: GlossaryTerm; lesson: Lesson | undefined }[]> {
  const { lessonsFolder } = configuration();
  const [{ entries }, { lessons }] = await Promise.all([loadGlossary(lessonsFolder), listLessons(lessonsFolder)]);
  return [...entries.values()].map((entry) => {
    const lesson = lessons.find(({ slug }) => slug === entry.lesson);
    return { term: toTerm(entry, lesson), lesson };
  });
}

function toTerm({ slug, term, says, see }: GlossaryEntry, lesson: Lesson | undefined): GlossaryTerm {
  const place = lesson?.terms.some((used) => used.slug === slug) ? `#${termAnchor(slug)}` : "";
  return { slug, term, says, see, taught: lesson && { title: lesson.title, href: `/lessons/${lesson.slug}${place}` } };
}
