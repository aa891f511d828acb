import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { classesJoined } from "../../../../classroom/members.ts";
import { LearnerRecord } from "../../../../components/classroom/report/learner-record.tsx";
import { PageFrame } from "../../../../components/ui/page-frame.tsx";
import { recordedLessons } from "../../../classes/recorded-lessons.ts";
import { database } from "../../../database.ts";
import { currentLearner } from "../../../learner.ts";
import { signInAddress } from "../../../next-page.ts";

type Props = { params: Promise<{ id: string }> };

export const metadata: Metadata = { title: "My record" };

/** What the learner who asks did in a class of theirs: what its instructors see of them. */
export default async function MyRecord({ params }: Props) {
  const { id } = await params;
  const learner = await currentLearner();
  if (learner === undefined) redirect(signInAddress((await headers()).get("x-page")));
  const joined = (await classesJoined(await database(), learner)).find((each) => each.id === id);
  const found = await recordedLessons(id, learner, (recording) => `/class/${id}/record/${recording}`);
  if (joined === undefined || found === undefined) return notFound();
  const { instructors, records, retentionDays } = joined;
  return (
    <PageFrame>
      <div className="pt-6 pb-24 md:pt-8">
        <p className="text-[0.8125rem] text-muted-foreground">{joined.name}</p>
        <h1 className="text-[1.625rem] leading-tight font-semibold tracking-[-0.022em]">My record</h1>
        <p className="mt-3 mb-8 max-w-[44rem] text-muted-foreground">
          This is what {instructors.length > 0 ? instructors.join(", ") : "your instructor"} can see of your work in this class.
          {records && ` Your terminals are recorded here; a recording is thrown away after ${days(retentionDays)}.`}
        </p>
        {found.lessons.length === 0 ? (
          <p className="border-y border-border py-8 text-muted-foreground">The class has no lessons yet.</p>
        ) : (
          <LearnerRecord lessons={found.lessons} heading="h2" />
        )}
      </div>
    </PageFrame>
  );
}

function days(count: number): string {
  return count === 1 ? "a day" : `${count} days`;
}
