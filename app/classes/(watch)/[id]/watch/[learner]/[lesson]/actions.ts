"use server";
/** What an instructor asks of the site while they watch a learner. */
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { renderScript } from "../../../../../../../components/lesson/render.tsx";
import { loadLesson } from "../../../../../../../curriculum/library.ts";
import { demandRole } from "../../../../../../account.ts";
import { configuration } from "../../../../../../configuration.ts";
import { labHost } from "../../../../../../host.ts";
import { Subject, watchedName } from "../../../../../watched.ts";

/** The solution of a task, for those who teach a class with its lesson. It is not the learner who sees it, so nothing is kept. */
export async function solution(of: Subject, task: string): Promise<ReactNode> {
  const account = await demandRole("instructor");
  const subject = Subject.parse(of);
  if ((await watchedName(account, subject)) === undefined) notFound();
  const [host, lesson] = await Promise.all([labHost(), loadLesson(configuration().lessonsFolder, subject.lesson)]);
  const found = lesson.tasks.find(({ id }) => id === task);
  if (!found) throw new Error("There is no such task in this lesson.");
  return renderScript(host?.cgroup === 1 ? found.solution.v1 : found.solution.v2);
}
