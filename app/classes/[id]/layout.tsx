import { Archive } from "lucide-react";
import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { ClassTabs } from "../../../components/classroom/manage/class-tabs.tsx";
import { QrCode } from "../../../components/classroom/manage/qr-code.tsx";
import { Share } from "../../../components/classroom/manage/share.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { demandClass } from "../class-access.ts";
import { joinLink } from "../join-link.ts";

type Props = { params: Promise<{ id: string }>; children: ReactNode };

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { taught } = await demandClass((await params).id);
  return { title: { default: taught.name, template: `%s · ${taught.name} · Unboxed` } };
}

/** The frame of a class's pages for those who teach it: its name, how to come into it, its tabs. */
export default async function ClassLayout({ params, children }: Props) {
  const { id } = await params;
  const { taught } = await demandClass(id);
  const link = await joinLink(taught.code);
  return (
    <PageFrame>
      <div className="pt-6 pb-24 md:pt-8">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
          <div className="min-w-0 flex-1 basis-64">
            <p className="text-[0.8125rem] text-muted-foreground">
              <Link href="/classes" className="rounded-sm hover:text-foreground">
                Classes
              </Link>
            </p>
            <h1 className="text-[1.625rem] leading-tight font-semibold tracking-[-0.022em] break-words">{taught.name}</h1>
          </div>
          {taught.archivedAt === null && (
            <div className="no-print">
              <Share name={taught.name} code={taught.code} link={link} qr={<QrCode text={link} />} />
            </div>
          )}
        </div>
        {taught.archivedAt !== null && (
          <p className="mt-4 flex items-start gap-2.5 rounded-md border border-border bg-muted/60 px-3.5 py-2.5 text-sm">
            <Archive size={16} aria-hidden className="mt-0.5 shrink-0 text-muted-foreground" />
            <span>
              This class is archived: nobody joins it, and its lessons are open to everyone again. Its report stays.{" "}
              <Link href={`/classes/${id}/settings`} className="font-medium text-accent underline-offset-2 hover:underline">
                Restore it in the settings
              </Link>
            </span>
          </p>
        )}
        <ClassTabs id={id} />
        {children}
      </div>
    </PageFrame>
  );
}
