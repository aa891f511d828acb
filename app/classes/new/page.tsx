import type { Metadata } from "next";
import { NewClassForm } from "../../../components/classroom/manage/new-class-form.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { listLessons } from "../../../curriculum/library.ts";
import { demandRole } from "../../account.ts";
import { configuration } from "../../configuration.ts";
import { create } from "./actions.ts";

export const metadata: Metadata = { title: "New class" };

export default async function NewClassPage() {
  await demandRole("instructor");
  const { lessons } = await listLessons(configuration().lessonsFolder);
  return (
    <PageFrame>
      <div className="max-w-[40rem] pt-8 pb-24 md:pt-10">
        <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">New class</h1>
        <NewClassForm
          library={lessons.map(({ slug, title, summary, minutes, tasks }) => ({
            slug,
            title,
            summary,
            minutes,
            tasks: tasks.length,
          }))}
          create={create}
        />
      </div>
    </PageFrame>
  );
}
