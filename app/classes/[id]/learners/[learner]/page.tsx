import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { LocalTime } from "../../../../../components/classroom/local-time.tsx";
import { LearnerRecord } from "../../../../../components/classroom/report/learner-record.tsx";
import { demandClass } from "../../../class-access.ts";
import { recordedLessons } from "../../../recorded-lessons.ts";

type Props = { params: Promise<{ id: string; learner: string }> };

export const metadata: Metadata = { title: "Learner" };

/** What one learner of a class did. */
export default async function Learner({ params }: Props) {
  const { id, learner } = await params;
  const { taught } = await demandClass(id);
  const found = await recordedLessons(taught.id, learner, (recording) => `/classes/${taught.id}/recordings/${recording}`);
  if (found === undefined) return notFound();
  const { record, lessons } = found;
  const facts = [record.reference, record.email].filter((fact) => fact !== null);
  return (
    <>
      <p className="no-print text-[0.8125rem] text-muted-foreground">
        <Link href={`/classes/${taught.id}/report`} className="rounded-sm hover:text-foreground">
          Report
        </Link>
      </p>
      <div className="report mb-8">
        <h2 className="text-xl font-semibold tracking-[-0.018em] break-words">{record.name}</h2>
        <p className="mt-1 text-sm text-muted-foreground">
          {facts.map((fact) => `${fact} · `).join("")}
          joined <LocalTime at={record.joinedAt} />
          {record.seenAt !== null && (
            <>
              {" "}
              · last seen <LocalTime at={record.seenAt} />
            </>
          )}
        </p>
      </div>
      {lessons.length === 0 ? (
        <p className="border-y border-border py-8 text-muted-foreground">The class has no lessons yet.</p>
      ) : (
        <LearnerRecord lessons={lessons} heading="h3" />
      )}
    </>
  );
}
