/** The tables as TypeScript sees them. Times are milliseconds since the epoch. */
export type Schema = {
  learner: LearnerTable;
  task_done: TaskDoneTable;
  solution_reveal: SolutionRevealTable;
  quiz_answer: QuizAnswerTable;
  visit: VisitTable;
};

type LearnerTable = { id: string; created_at: number };

/** A task that the learner's sandbox passed, once. */
type TaskDoneTable = { learner: string; lesson: string; task: string; done_at: number };

/** The learner asked to see a task's solution. */
type SolutionRevealTable = { learner: string; lesson: string; task: string; revealed_at: number };

/** The latest answer to a quiz. `chosen` is a JSON array of option indexes; `correct` is 0 or 1. */
type QuizAnswerTable = { learner: string; lesson: string; quiz: string; chosen: string; correct: number; answered_at: number };

/** When the learner last opened a lesson. */
type VisitTable = { learner: string; lesson: string; visited_at: number };
