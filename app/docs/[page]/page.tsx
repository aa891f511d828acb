import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { renderText } from "../../../components/lesson/render.tsx";
import { findDocument } from "../documents.ts";

type Props = { params: Promise<{ page: string }> };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const document = await findDocument((await params).page);
  return document ? { title: document.title, description: document.summary } : {};
}

export default async function DocsPage({ params }: Props) {
  const document = await findDocument((await params).page);
  if (!document) notFound();
  const { title, outline, body } = document;
  return (
    <article className="min-w-0 max-w-[46rem]">
      <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">{title}</h1>
      {outline.length > 2 && (
        <nav aria-label="On this page" className="mt-5 border-l-2 border-border pl-4">
          <ul className="columns-2 gap-x-8 text-sm max-sm:columns-1">
            {outline.map(({ id, text }) => (
              <li key={id} className="break-inside-avoid py-0.5">
                <a href={`#${id}`} className="text-muted-foreground hover:text-foreground">
                  {text}
                </a>
              </li>
            ))}
          </ul>
        </nav>
      )}
      <div className="prose mt-7">{await renderText(body, 2)}</div>
    </article>
  );
}
