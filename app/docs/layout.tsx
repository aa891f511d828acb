import type { ReactNode } from "react";
import { DocsNavigation } from "../../components/docs/docs-navigation.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { listDocuments, SECTIONS } from "./documents.ts";

export default async function DocsLayout({ children }: { children: ReactNode }) {
  const documents = await listDocuments();
  const sections = SECTIONS.map((name) => ({ name, pages: documents.filter(({ section }) => section === name) }));
  return (
    <PageFrame>
      <div className="grid gap-x-12 pt-6 pb-24 md:grid-cols-[11rem_minmax(0,1fr)] md:pt-10">
        <DocsNavigation sections={sections} />
        {children}
      </div>
    </PageFrame>
  );
}
