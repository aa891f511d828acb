"use client";
import { LoaderCircle } from "lucide-react";
import { type SubmitEvent, useState } from "react";
import { Button } from "../../ui/button.tsx";
import { Choice, Field, Problem } from "../../ui/field.tsx";
import { type Answer, useAct } from "../use-act.ts";
import { LessonChoices, type LibraryLesson } from "./choose-lessons.tsx";
import { type Agreement, AgreementFields, FIRST_AGREEMENT } from "./class-agreement.tsx";

type NewClassProps = {
  library: readonly LibraryLesson[];
  create(asked: { settings: Agreement & { name: string }; lessons: string[]; open: boolean }): Promise<Answer>;
};

/** Asks for a name; all else has an answer already. */
export function NewClassForm({ library, create }: NewClassProps) {
  const { act, pending, problem } = useAct();
  const [name, setName] = useState("");
  const [agreement, setAgreement] = useState(FIRST_AGREEMENT);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set(library.map(({ slug }) => slug)));
  const [open, setOpen] = useState(false);
  const submit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const lessons = library.map(({ slug }) => slug).filter((slug) => ticked.has(slug));
    act(() => create({ settings: { name, ...agreement }, lessons, open }));
  };
  return (
    <form onSubmit={submit} className="mt-7">
      <Field
        label="Name"
        required
        maxLength={100}
        value={name}
        onChange={({ target }) => setName(target.value)}
        placeholder="Operating systems, winter, group 2"
        hint="Learners see it when they join."
        autoComplete="off"
      />
      <h2 className="mt-9 mb-1 text-lg font-semibold tracking-[-0.012em]">Lessons</h2>
      <LessonChoices library={library} ticked={ticked} onChange={setTicked} />
      <fieldset className="mt-5 space-y-3">
        <legend className="sr-only">How they begin</legend>
        <Choice type="radio" name="begin" label="Closed at first" checked={!open} onChange={() => setOpen(false)}>
          You open each lesson when the class is there.
        </Choice>
        <Choice type="radio" name="begin" label="All open" checked={open} onChange={() => setOpen(true)}>
          Learners take them when they like.
        </Choice>
      </fieldset>
      <h2 className="mt-9 mb-3 text-lg font-semibold tracking-[-0.012em]">What is agreed</h2>
      <AgreementFields value={agreement} onChange={setAgreement} />
      <Problem className="mt-5">{problem}</Problem>
      <Button look="primary" size="large" type="submit" busy={pending} className="mt-8">
        {pending && <LoaderCircle size={16} aria-hidden className="animate-spin" />}
        {pending ? "Making the class" : "Make the class"}
      </Button>
    </form>
  );
}
