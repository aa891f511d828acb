"use server";
/** What a learner asks of the site while in a lesson. Next refuses these calls from pages of another origin. */
import type { ReactNode } from "react";
import { z } from "zod";
import { recordAnswer, recordReveal } from "../../../classroom/progress.ts";
import type { QuizResult } from "../../../components/lesson/quiz.tsx";
import { renderScript } from "../../../components/lesson/render.tsx";
import { loadLesson } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { labHost } from "../../host.ts";
import { currentLearner } from "../../learner.ts";
import { quizResult } from "./quiz-result.tsx";

const Id = z.string().max(64);
const Chosen = z.array(z.int().min(0).max(99)).min(1).max(100);

/** The solution of a task, for the cgroup version of the learner's sandbox. That the learner saw it is kept. */
export async function revealSolution(slug: string, task: string): Promise<ReactNode> {
  const { learner, lesson } = await ask(slug);
  const found = lesson.tasks.find(({ id }) => id === Id.parse(task));
  if (!found) throw new Error("There is no such task in this lesson.");
  await recordReveal(await database(), { learner, lesson: lesson.slug, task: found.id });
  return renderScript((await cgroup()) === 1 ? found.solution.v1 : found.solution.v2);
}

/** Judges an answer and keeps it. */
export async function answerQuiz(slug: string, quiz: string, chosen: number[]): Promise<QuizResult> {
  const { learner, lesson } = await ask(slug);
  const found = lesson.quizzes.find(({ id }) => id === Id.parse(quiz));
  if (!found) throw new Error("There is no such question in this lesson.");
  const answer = [...new Set(Chosen.parse(chosen))].filter((index) => index < found.options.length);
  const result = await quizResult(found, answer, await cgroup());
  await recordAnswer(await database(), { learner, lesson: lesson.slug, quiz: found.id }, result);
  return result;
}

async function ask(slug: string) {
  const learner = await currentLearner();
  if (!learner) throw new Error("This browser has no learner yet. Open the lesson again.");
  return { learner, lesson: await loadLesson(configuration().lessonsFolder, Id.parse(slug)) };
}

async function cgroup(): Promise<1 | 2> {
  return (await labHost())?.cgroup ?? 2;
}
