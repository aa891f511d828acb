import type { Metadata } from "next";
import { GlossaryList, type ListedTerm } from "../../components/glossary/glossary-list.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { standing } from "../progress.ts";
import { glossaryTerms } from "./terms.ts";

export const metadata: Metadata = {
  title: "Glossary",
  description: "What the words of the course mean, and which lesson teaches them.",
};

export default async function Glossary() {
  const [terms, { lessons }] = await Promise.all([glossaryTerms(), standing()]);
  const listed = terms.map(({ term, lesson }): ListedTerm => {
    const taken = lessons.find((other) => other.lesson.slug === lesson?.slug);
    return { ...term, progress: taken && { tasks: taken.lesson.tasks.length, done: taken.done } };
  });
  return (
    <PageFrame>
      <header className="pt-8 pb-6 md:pt-10">
        <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">Glossary</h1>
        <p className="mt-3 max-w-[65ch] text-[1.0625rem] text-muted-foreground">
          What the words mean, where the definition comes from, and the lesson in which you meet them.
        </p>
      </header>
      {listed.length > 0 ? (
        <GlossaryList terms={listed} />
      ) : (
        <p className="mb-24 max-w-[60ch] border-y border-border py-8 text-muted-foreground">
          No lesson explains a term yet. A lesson brings its terms in a file{" "}
          <code className="rounded-sm bg-muted px-1 font-mono text-[0.88em]">glossary.yaml</code> beside its text.
        </p>
      )}
    </PageFrame>
  );
}
