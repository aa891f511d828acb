import type { Metadata } from "next";
import Link from "next/link";
import { listDocuments, SECTIONS } from "./documents.ts";

export const metadata: Metadata = {
  title: "Documentation",
  description: "How to teach with Unboxed, how to host it, and how to write lessons for it.",
};

export default async function Docs() {
  const documents = await listDocuments();
  return (
    <div className="min-w-0 max-w-[46rem]">
      <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">Documentation</h1>
      {SECTIONS.map((name) => (
        <section key={name} aria-labelledby={name.toLowerCase()} className="mt-8">
          <h2 id={name.toLowerCase()} className="text-xl font-semibold tracking-[-0.018em]">
            {name}
          </h2>
          <ul className="mt-2">
            {documents
              .filter(({ section }) => section === name)
              .map(({ slug, title, summary }) => (
                <li key={slug} className="border-t border-border py-3.5 first:border-t-0">
                  <Link href={`/docs/${slug}`} className="font-medium hover:text-accent">
                    {title}
                  </Link>
                  <p className="mt-0.5 text-[0.9375rem] text-muted-foreground">{summary}</p>
                </li>
              ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
