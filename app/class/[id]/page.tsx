import type { Metadata } from "next";
import { headers } from "next/headers";
import { notFound, redirect } from "next/navigation";
import { lessonsOf } from "../../../classroom/class-lessons.ts";
import { classVersion } from "../../../classroom/class-version.ts";
import { classesJoined, membershipOf } from "../../../classroom/members.ts";
import { ClassHome, type HomeLesson } from "../../../components/classroom/join/class-home.tsx";
import { RefreshWhenChanged } from "../../../components/classroom/join/refresh-when-changed.tsx";
import { Message } from "../../../components/ui/message.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { database } from "../../database.ts";
import { leave } from "../../join/actions.ts";
import { currentLearner } from "../../learner.ts";
import { signInAddress } from "../../next-page.ts";
import { standing } from "../../progress.ts";

export const metadata: Metadata = { title: "Your class" };

/** A class as its learner sees it. */
export default async function ClassPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  const learner = await currentLearner();
  if (!learner) redirect(signInAddress((await headers()).get("x-page")));
  const db = await database();
  const member = await membershipOf(db, id, learner);
  if (!member) notFound();
  const version = (await classVersion(db, id, learner)) ?? "";
  if (member.removedAt !== null)
    return (
      <PageFrame>
        <RefreshWhenChanged id={id} version={version} />
        <Message title="You are no longer in this class">
          <p>
            Your instructor took you out of it. What you did in its lessons stays yours. If this is a mistake, ask them to let you
            in again.
          </p>
        </Message>
      </PageFrame>
    );
  const [joined, rows, { lessons, last }] = await Promise.all([classesJoined(db, learner), lessonsOf(db, id), standing()]);
  const found = joined.find((each) => each.id === id);
  if (!found) notFound();
  const bySlug = new Map(lessons.map(({ lesson, done }) => [lesson.slug, { lesson, done }]));
  return (
    <PageFrame>
      <RefreshWhenChanged id={id} version={version} />
      <ClassHome
        joined={found}
        record={`/class/${id}/record`}
        last={last}
        lessons={rows.flatMap(({ lesson: slug, open, step, dueAt }): HomeLesson[] => {
          const known = bySlug.get(slug);
          if (!known) return [];
          const { lesson, done } = known;
          const { title, summary, minutes, tasks } = lesson;
          return [
            { slug, title, summary, minutes, tasks: tasks.length, done, step, dueAt, open: open || found.archivedAt !== null },
          ];
        })}
        leave={leave.bind(null, id)}
      />
    </PageFrame>
  );
}
