import type { QuizResult } from "../../../components/lesson/quiz.tsx";
import { renderText } from "../../../components/lesson/render.tsx";
import type { Quiz } from "../../../curriculum/lesson.ts";

/** What is said of an answer: whether it is right, and of each option whether and why. */
export async function quizResult(quiz: Quiz, chosen: readonly number[], cgroup: 1 | 2): Promise<QuizResult> {
  return {
    chosen,
    correct: quiz.options.every(({ right }, index) => right === chosen.includes(index)),
    options: await Promise.all(
      quiz.options.map(async ({ right, explanation }) => ({
        right,
        explanation: explanation && (await renderText(explanation, cgroup)),
      })),
    ),
  };
}
