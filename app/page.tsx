import Link from "next/link";
import { Exploded } from "../components/home/exploded.tsx";
import { BrokenLessons, LessonList, type LessonSummary } from "../components/home/lesson-list.tsx";
import { WarmUp } from "../components/lab/warm-up.tsx";
import { TaskStrip } from "../components/lesson/task-strip.tsx";
import { Button } from "../components/ui/button.tsx";
import { LinkArrow } from "../components/ui/link-arrow.tsx";
import { PageFrame } from "../components/ui/page-frame.tsx";
import { configuration } from "./configuration.ts";
import { standing } from "./progress.ts";
import { YourClasses } from "./your-classes.tsx";

export default async function Home() {
  const { development } = configuration();
  const { lessons, broken, last } = await standing();
  const titles = new Map(lessons.map(({ lesson }) => [lesson.slug, lesson.title]));
  const summaries = lessons.map(({ lesson, done }): LessonSummary => {
    const { slug, title, summary, minutes, goals, needs, tasks } = lesson;
    return {
      slug,
      title,
      summary,
      minutes,
      goals,
      needs: needs.map((need) => titles.get(need) ?? need),
      tasks: tasks.length,
      done,
    };
  });
  const current = summaries.find(({ slug }) => slug === last);
  const next = current ?? summaries[0];

  return (
    <PageFrame>
      <WarmUp />
      <section className="grid items-center gap-x-12 gap-y-10 pt-8 pb-16 md:grid-cols-[minmax(0,1fr)_minmax(0,1.05fr)] md:pt-10 md:pb-20">
        <div>
          <h1 className="max-w-[16ch] text-[2.25rem] leading-[1.08] font-semibold tracking-[-0.032em] text-balance md:text-[3rem]">
            Take a Linux container apart by hand
          </h1>
          <p className="mt-5 max-w-[44ch] text-[1.0625rem] leading-relaxed text-muted-foreground">
            Every lesson opens a Linux machine of your own beside the text. You type, the kernel does it, and the task ticks when
            it is true.
          </p>
          {next && (
            <div className="mt-8">
              <Button asChild look="primary" size="large">
                <Link href={`/lessons/${next.slug}`} prefetch={false}>
                  {current ? `Continue with ${next.title}` : `Start with ${next.title}`}
                  <LinkArrow size={17} />
                </Link>
              </Button>
              <p className="mt-4">
                {current ? (
                  <TaskStrip total={current.tasks} done={current.done} />
                ) : (
                  <span className="text-sm text-muted-foreground">No account, nothing to install.</span>
                )}
              </p>
            </div>
          )}
        </div>
        <Exploded />
      </section>
      <YourClasses />
      <section aria-labelledby="lessons" className="pb-24">
        <h2 id="lessons" className="mb-4 text-xl font-semibold tracking-[-0.018em]">
          Lessons
        </h2>
        {summaries.length > 0 && <LessonList lessons={summaries} />}
        {broken.length > 0 && <BrokenLessons broken={broken} explain={development} />}
        {summaries.length === 0 && broken.length === 0 && (
          <p className="max-w-[60ch] border-y border-border py-8 text-muted-foreground">
            There are no lessons here yet.{" "}
            <code className="rounded-sm bg-muted px-1 font-mono text-[0.88em]">npm run lab -- new my-lesson</code> makes the first
            one.
          </p>
        )}
      </section>
    </PageFrame>
  );
}
