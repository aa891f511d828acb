import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { cache } from "react";
import { signTicket } from "../../../../../../../classroom/ticket.ts";
import { Watch } from "../../../../../../../components/classroom/help/watch/watch.tsx";
import { paneLayout, WATCH_PANES } from "../../../../../../../components/lab/panes.ts";
import { renderTasks } from "../../../../../../../components/lesson/render.tsx";
import { LessonError, LessonNotFound, loadLesson } from "../../../../../../../curriculum/library.ts";
import { configuration } from "../../../../../../configuration.ts";
import { labHost } from "../../../../../../host.ts";
import { currentLearner } from "../../../../../../learner.ts";
import { demandClass } from "../../../../../class-access.ts";
import { Subject, watchedName, watchTicket } from "../../../../../watched.ts";
import { solution } from "./actions.ts";

type Props = { params: Promise<{ id: string; learner: string; lesson: string }> };

/** The subject of the address and the learner's name, for those who may watch. For anybody else there is no such page. */
const demandWatched = cache(async (id: string, learner: string, lesson: string) => {
  const { account, taught } = await demandClass(id);
  const subject = Subject.safeParse({ class: taught.id, learner, lesson });
  const name = subject.success ? await watchedName(account, subject.data) : undefined;
  return subject.success && name !== undefined ? { account, taught, subject: subject.data, name } : notFound();
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { id, learner, lesson } = await params;
  const { name, taught } = await demandWatched(id, learner, lesson);
  return { title: `${name} · ${taught.name}` };
}

/** A learner of the class at work in a lesson, for those who teach it. */
export default async function WatchPage({ params }: Props) {
  const { id, learner, lesson: slug } = await params;
  const { account, taught, subject, name } = await demandWatched(id, learner, slug);
  const { secret } = configuration();
  const [lesson, own, host, jar] = await Promise.all([lessonOf(subject.lesson), currentLearner(), labHost(), cookies()]);
  if (own === undefined) throw new Error("The account has no learner.");
  const [tasks, watch, board] = await Promise.all([
    renderTasks(lesson.body, host?.cgroup ?? 2),
    watchTicket(account, subject),
    signTicket({ kind: "board", class: taught.id, account: account.id, name: account.name, learner: own }, secret),
  ]);
  return (
    <Watch
      watched={{ classId: taught.id, learner: subject.learner, name, lesson: lesson.slug, lessonTitle: lesson.title }}
      tasks={tasks}
      tickets={{ watch, board }}
      layout={paneLayout(WATCH_PANES, jar.get(WATCH_PANES.cookie)?.value)}
      reveal={solution.bind(null, subject)}
    />
  );
}

/** A lesson that is gone or broken cannot be watched. */
async function lessonOf(slug: string) {
  try {
    return await loadLesson(configuration().lessonsFolder, slug);
  } catch (error) {
    if (error instanceof LessonNotFound || error instanceof LessonError) notFound();
    throw error;
  }
}
