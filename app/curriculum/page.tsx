import type { Metadata } from "next";
import { CurriculumMap, type MapLesson } from "../../components/curriculum-map/curriculum-map.tsx";
import { isWorkedThrough, nextLesson } from "../../components/curriculum-map/next-lesson.ts";
import { BrokenLessons } from "../../components/home/lesson-list.tsx";
import { WarmUp } from "../../components/lab/warm-up.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { configuration } from "../configuration.ts";
import { standing } from "../progress.ts";

export const metadata: Metadata = { title: "Curriculum", description: "How the lessons build on each other, and where you are." };

export default async function Curriculum() {
  const { lessons, broken, last } = await standing();
  const onMap = lessons.map(({ lesson: { slug, title, minutes, needs, tasks }, done }): MapLesson => {
    return { slug, title, minutes, needs, tasks: tasks.length, done };
  });
  const finished = onMap.filter(isWorkedThrough).length;
  return (
    <PageFrame>
      <WarmUp />
      <header className="pt-8 pb-8 md:pt-10">
        <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">Curriculum</h1>
        {onMap.length > 0 && (
          <p className="mt-3 max-w-[65ch] text-[1.0625rem] text-muted-foreground">
            {onMap.length === 1 ? "One lesson" : `${onMap.length} lessons`}
            {finished > 0 && `, ${finished} of them done`}, {hours(onMap)} in all. Each builds on the ones{" "}
            <span className="max-lg:hidden">whose arrows lead to it</span>
            <span className="lg:hidden">that it names</span>. None is locked: begin where you like.
          </p>
        )}
      </header>
      <div className="pb-24">
        {onMap.length > 0 && <CurriculumMap lessons={onMap} next={nextLesson(onMap, last)} />}
        {broken.length > 0 && (
          <div className="mt-10 border-t border-border">
            <BrokenLessons broken={broken} explain={configuration().development} />
          </div>
        )}
        {onMap.length === 0 && broken.length === 0 && (
          <p className="max-w-[60ch] border-y border-border py-8 text-muted-foreground">
            There are no lessons here yet, so there is no map of them.
          </p>
        )}
      </div>
    </PageFrame>
  );
}

/** A sum of minutes in words, to the half hour. */
function hours(lessons: readonly MapLesson[]): string {
  const minutes = lessons.reduce((sum, lesson) => sum + lesson.minutes, 0);
  if (minutes < 90) return `about ${minutes} minutes`;
  const halves = Math.round(minutes / 30);
  return `about ${Math.floor(halves / 2)}${halves % 2 === 1 ? "½" : ""} hours`;
}
