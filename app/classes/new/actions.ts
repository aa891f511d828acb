"use server";
/** How a class comes to be. */
import { redirect } from "next/navigation";
import { z } from "zod";
import { chooseLessons } from "../../../classroom/class-lessons.ts";
import { actorOf, ClassSettings, createClass } from "../../../classroom/classes.ts";
import type { Answer } from "../../../components/classroom/use-act.ts";
import { lessonSlugs } from "../../../curriculum/library.ts";
import { demandRole } from "../../account.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { refusalsSaid } from "../class-access.ts";

const NewClass = z.strictObject({ settings: ClassSettings, lessons: z.array(z.string().max(64)).max(500), open: z.boolean() });

/** Makes a class that is owned by whoever asks, and goes to it. */
export async function create(asked: z.input<typeof NewClass>): Promise<Answer> {
  const account = await demandRole("instructor");
  let id = "";
  const answer = await refusalsSaid(async () => {
    const { settings, lessons, open } = NewClass.parse(asked);
    const present = await lessonSlugs(configuration().lessonsFolder);
    const db = await database();
    ({ id } = await createClass(db, account, settings));
    const chosen = lessons.filter((slug) => present.includes(slug));
    if (chosen.length > 0) await chooseLessons(db, actorOf(account), id, chosen, { open });
  });
  if (answer.problem === undefined) redirect(`/classes/${id}`);
  return answer;
}
