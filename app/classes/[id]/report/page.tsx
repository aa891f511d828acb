import type { Metadata } from "next";
import Link from "next/link";
import { classReport } from "../../../../classroom/report.ts";
import { standingIn } from "../../../../classroom/standing.ts";
import { ClassTable } from "../../../../components/classroom/report/class-table.tsx";
import { ExportLinks } from "../../../../components/classroom/report/export-links.tsx";
import { database } from "../../../database.ts";
import { demandClass } from "../../class-access.ts";
import { reportedLessons } from "../../reported-lessons.ts";

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: "Report" };

/** What the learners of a class did in its lessons. */
export default async function Report({ params }: Props) {
  const { taught } = await demandClass((await params).id);
  const report = await classReport(await database(), taught.id);
  const lessons = await reportedLessons(report.lessons);
  const rows = report.learners.map(({ learner, name, reference, email, seenAt, lessons: records }) => {
    const standings = lessons.map((lesson) => standingIn(lesson, records.get(lesson.slug)));
    return {
      learner,
      name,
      reference,
      email,
      seenAt,
      lessons: standings.map(({ done, total, due }) => ({ done, total, due })),
      done: standings.reduce((sum, { done }) => sum + done, 0),
      activeMs: standings.reduce((sum, { activeMs }) => sum + activeMs, 0),
    };
  });
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-lg font-semibold tracking-[-0.015em]">
          Report <span className="sr-only">of {taught.name}</span>
        </h2>
        {rows.length + report.missing.length > 0 && lessons.length > 0 && <ExportLinks id={taught.id} />}
      </div>
      {lessons.length === 0 ? (
        <p className="border-y border-border py-8 text-muted-foreground">
          The class has no lessons yet, so there is nothing to report.{" "}
          <Link href={`/classes/${taught.id}`} className="font-medium text-accent underline-offset-2 hover:underline">
            Choose lessons
          </Link>
        </p>
      ) : rows.length === 0 ? (
        <p className="border-y border-border py-8 text-muted-foreground">
          Nobody has joined yet. Share the class’s code, and those who come are listed here with what they did.
        </p>
      ) : (
        <ClassTable id={taught.id} lessons={lessons.map(({ slug, title, dueAt }) => ({ slug, title, dueAt }))} rows={rows} />
      )}
      {report.missing.length > 0 && (
        <section aria-labelledby="missing" className="report mt-10">
          <h3 id="missing" className="font-semibold">
            On the roster, not here yet: {report.missing.length}
          </h3>
          <ul className="mt-2 gap-x-8 border-t border-border sm:columns-2 lg:columns-3">
            {report.missing.map(({ name, reference, email }) => (
              <li key={`${name} ${reference} ${email}`} className="break-inside-avoid border-b border-border py-1.5 text-sm">
                {name}
                {(reference ?? email) && <span className="ml-2 text-muted-foreground">{reference ?? email}</span>}
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
