"use server";
/** What a learner asks of the site while in a lesson. Next refuses these calls from pages of another origin. */
import type { ReactNode } from "react";
import { z } from "zod";
import { classOf } from "../../../classroom/classes.ts";
import { recordHint as keepHint } from "../../../classroom/hints.ts";
import { doneTasks, recordAnswer, recordReveal } from "../../../classroom/progress.ts";
import type { QuizResult } from "../../../components/lesson/quiz.tsx";
import { renderScript } from "../../../components/lesson/render.tsx";
import { loadLesson } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { labHost } from "../../host.ts";
import { currentLearner } from "../../learner.ts";
import { quizResult } from "./quiz-result.tsx";

const Hint = z.int().min(0);
const Id = z.string().max(64);
const Chosen = z.array(z.int().min(0).max(99)).min(1).max(100);

/** The solution of a task, for the cgroup version of the learner's sandbox. That the learner saw it is kept. */
export async function revealSolution(slug: string, task: string): Promise<ReactNode> {
  const { learner, lesson } = await ask(slug, task);
  const found = lesson.tasks.find(({ id }) => id === Id.parse(task));
  if (!found) throw new Error("There is no such task in this lesson.");
  await recordReveal(await database(), { learner, lesson: lesson.slug, task: found.id });
  return renderScript((await cgroup()) === 1 ? found.solution.v1 : found.solution.v2);
}

/** Keeps that the learner opened a hint of a task, the first being 0. */
export async function recordHint(slug: string, task: string, hint: number): Promise<void> {
  const { learner, lesson } = await ask(slug, task);
  const found = lesson.tasks.find(({ id }) => id === Id.parse(task));
  if (!found || Hint.parse(hint) >= found.hints) throw new Error("There is no such hint in this lesson.");
  await keepHint(await database(), { learner, lesson: lesson.slug, task: found.id, hint });
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

/** Who asks, and the lesson, which their class has opened as far as the task that they ask of. */
async function ask(slug: string, task?: string) {
  const learner = await currentLearner();
  if (!learner) throw new Error("This browser has no learner yet. Open the lesson again.");
  const lesson = await loadLesson(configuration().lessonsFolder, Id.parse(slug));
  const db = await database();
  const taken = await classOf(db, learner, lesson.slug);
  if (taken && !taken.open) throw new Error("Your instructor has closed this lesson.");
  const isAhead = lesson.tasks.slice(taken?.step ?? lesson.tasks.length).some(({ id }) => id === task);
  if (isAhead && !(await doneTasks(db, learner, lesson.slug)).some((done) => done === task))
    throw new Error("Your instructor has not opened this task yet.");
  return { learner, lesson };
}

async function cgroup(): Promise<1 | 2> {
  return (await labHost())?.cgroup ?? 2;
}
