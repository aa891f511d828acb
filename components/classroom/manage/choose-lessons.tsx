"use client";
import { useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Dialog } from "../../ui/dialog.tsx";
import { Choice, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";

export type LibraryLesson = { slug: string; title: string; summary: string; minutes: number; tasks: number };

type ChooseProps = {
  open: boolean;
  onOpenChange(open: boolean): void;
  library: readonly LibraryLesson[];
  chosen: readonly string[];
  choose(lessons: string[]): Promise<Answer>;
};

/** Which of the site's lessons the class has. Those that are new come last, in the order of the curriculum. */
export function ChooseLessons({ open, onOpenChange, library, chosen, choose }: ChooseProps) {
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title="Choose lessons">
      <Form library={library} chosen={chosen} choose={choose} onDone={() => onOpenChange(false)} />
    </Dialog>
  );
}

function Form({ library, chosen, choose, onDone }: Omit<ChooseProps, "open" | "onOpenChange"> & { onDone(): void }) {
  const { act, pending, problem } = useAct();
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set(chosen));
  const gone = chosen.filter((slug) => !ticked.has(slug)).length;
  const save = () => {
    const kept = chosen.filter((slug) => ticked.has(slug));
    const fresh = library.map(({ slug }) => slug).filter((slug) => ticked.has(slug) && !chosen.includes(slug));
    act(() => choose([...kept, ...fresh]), onDone);
  };
  return (
    <>
      <LessonChoices library={library} ticked={ticked} onChange={setTicked} />
      {gone > 0 && (
        <p className="mt-4 text-sm text-muted-foreground">
          What learners did in a lesson that the class no longer has stays theirs, and is left out of the report.
        </p>
      )}
      <Problem className="mt-4">{problem}</Problem>
      <div className="mt-5 flex justify-end gap-2">
        <Button onClick={onDone}>Cancel</Button>
        <Button look="primary" busy={pending} onClick={save}>
          {pending ? "Saving" : `Use ${ticked.size} ${ticked.size === 1 ? "lesson" : "lessons"}`}
        </Button>
      </div>
    </>
  );
}

/** The site's lessons as boxes to tick. */
export function LessonChoices({
  library,
  ticked,
  onChange,
}: {
  library: readonly LibraryLesson[];
  ticked: ReadonlySet<string>;
  onChange(ticked: ReadonlySet<string>): void;
}) {
  const isAll = library.every(({ slug }) => ticked.has(slug));
  return (
    <fieldset>
      <legend className="sr-only">Lessons</legend>
      <Button
        look="quiet"
        size="small"
        className="-ml-2.5"
        onClick={() => onChange(new Set(isAll ? [] : library.map(({ slug }) => slug)))}
      >
        {isAll ? "None of them" : "All of them"}
      </Button>
      <ul className="mt-1 divide-y divide-border border-y border-border">
        {library.map(({ slug, title, minutes, tasks }) => (
          <li key={slug}>
            <Choice
              label={title}
              className="px-1 py-2.5"
              checked={ticked.has(slug)}
              onChange={({ target }) => {
                const next = new Set(ticked);
                if (target.checked) next.add(slug);
                else next.delete(slug);
                onChange(next);
              }}
            >
              {tasks} {tasks === 1 ? "task" : "tasks"} · about {minutes} min
            </Choice>
          </li>
        ))}
      </ul>
    </fieldset>
  );
}
