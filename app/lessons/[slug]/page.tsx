import type { Metadata } from "next";
import { cookies } from "next/headers";
import { notFound } from "next/navigation";
import { cache, Suspense } from "react";
import { classOf, type LearnersClass } from "../../../classroom/classes.ts";
import { type LessonProgress, lessonProgress, recordVisit } from "../../../classroom/progress.ts";
import { signTicket } from "../../../classroom/ticket.ts";
import { Lab } from "../../../components/lab/lab.tsx";
import type { LabClass } from "../../../components/lab/lab-context.tsx";
import { LAB_PANES, paneLayout } from "../../../components/lab/panes.ts";
import { BrokenLesson } from "../../../components/lesson/broken-lesson.tsx";
import { GoToPlace } from "../../../components/lesson/go-to-place.tsx";
import { LessonHead } from "../../../components/lesson/lesson-head.tsx";
import { renderLesson } from "../../../components/lesson/render.tsx";
import { type Lesson, LessonError, LessonNotFound, loadLesson } from "../../../curriculum/library.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { glossaryTerms } from "../../glossary/terms.ts";
import { labHost } from "../../host.ts";
import { currentLearner } from "../../learner.ts";
import { answerQuiz, recordHint, revealSolution } from "./actions.ts";
import { ClosedLesson } from "./closed-lesson.tsx";
import { quizResult } from "./quiz-result.tsx";

type Props = { params: Promise<{ slug: string }> };

const lessonOf = cache(async (slug: string): Promise<Lesson | LessonError> => {
  try {
    return await loadLesson(configuration().lessonsFolder, slug);
  } catch (error) {
    if (error instanceof LessonError) return error;
    if (error instanceof LessonNotFound) notFound();
    throw error;
  }
});

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const lesson = await lessonOf((await params).slug);
  return lesson instanceof LessonError
    ? { title: "A lesson with mistakes" }
    : { title: lesson.title, description: lesson.summary };
}

export default async function LessonPage({ params }: Props) {
  const { slug } = await params;
  const lesson = await lessonOf(slug);
  const { secret, development } = configuration();
  if (lesson instanceof LessonError) return <BrokenLesson slug={slug} problems={lesson.problems} explain={development} />;

  const learner = await currentLearner();
  // The proxy gives everyone who opens a lesson an identity.
  if (!learner) throw new Error("The lesson was opened without a learner.");
  const db = await database();
  const taken = await classOf(db, learner, slug);
  if (taken && !taken.open) return <ClosedLesson title={lesson.title} learner={learner} taken={taken} />;
  const [host, progress, ticket, jar] = await Promise.all([
    labHost(),
    lessonProgress(db, learner, slug),
    signTicket({ learner, lesson: slug }, secret),
    cookies(),
    recordVisit(db, { learner, lesson: slug }),
  ]);
  return (
    <Lab
      slug={slug}
      title={lesson.title}
      tasks={lesson.tasks.map(({ id, title }) => ({ id, title }))}
      done={progress.done}
      classroom={taken ? labClass(taken) : null}
      outline={lesson.outline}
      ticket={ticket}
      layout={paneLayout(LAB_PANES, jar.get(LAB_PANES.cookie)?.value)}
    >
      <article className="prose mx-auto max-w-[46rem] px-4 pt-8 pb-32 @3xl:px-8 @3xl:pt-10">
        <LessonHead lesson={lesson} labServerMissing={host === undefined} />
        {/* The frame goes ahead, so that the page connects to the sandbox while the text is on its way. */}
        <Suspense>
          <Body lesson={lesson} cgroup={host?.cgroup ?? 2} progress={progress} />
        </Suspense>
      </article>
    </Lab>
  );
}

/** As much of the class as the page shows. */
function labClass({ name, step, records, retentionDays }: LearnersClass): LabClass {
  return { name, step, records, retentionDays };
}

async function Body({ lesson, cgroup, progress }: { lesson: Lesson; cgroup: 1 | 2; progress: LessonProgress }) {
  const [terms, answered] = await Promise.all([
    glossaryTerms(),
    Promise.all(
      lesson.quizzes.flatMap((quiz) => {
        const answer = progress.answers[quiz.id];
        return answer ? [quizResult(quiz, answer.chosen, cgroup).then((result) => [quiz.id, result] as const)] : [];
      }),
    ),
  ]);
  const text = await renderLesson(lesson.body, {
    cgroup,
    tasks: { revealSolution: revealSolution.bind(null, lesson.slug), recordHint: recordHint.bind(null, lesson.slug) },
    quizzes: { answerQuiz: answerQuiz.bind(null, lesson.slug) },
    answered: Object.fromEntries(answered),
    terms: new Map(terms.map(({ term }) => [term.slug, term])),
  });
  return (
    <>
      {text}
      <GoToPlace />
    </>
  );
}
