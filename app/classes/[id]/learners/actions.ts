"use server";
/** What those who teach a class do with its learners and its roster. */
import { z } from "zod";
import { MemberName, removeMember, renameMember, restoreMember } from "../../../../classroom/members.ts";
import { assignEntry, changeEntry, importRoster, removeEntry } from "../../../../classroom/roster.ts";
import { RosterPerson } from "../../../../classroom/roster-file.ts";
import type { Answer } from "../../../../components/classroom/use-act.ts";
import { inClass } from "../../class-access.ts";

const Learner = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const Entry = z.string().min(1).max(64);

/** Calls a learner something else in this class. */
export async function renameLearner(id: string, learner: string, name: string): Promise<Answer> {
  return inClass(id, ({ db, taught }) => renameMember(db, taught.id, Learner.parse(learner), MemberName.parse(name)));
}

/** Takes a learner out of the class. */
export async function removeLearner(id: string, learner: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => removeMember(db, actor, taught.id, Learner.parse(learner)));
}

/** Lets a learner in again who was taken out. */
export async function restoreLearner(id: string, learner: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => restoreMember(db, actor, taught.id, Learner.parse(learner)));
}

/** Says which learner somebody on the roster is; null: none yet. */
export async function assign(id: string, entry: string, learner: string | null): Promise<Answer> {
  return inClass(id, ({ db, taught }) => assignEntry(db, taught.id, Entry.parse(entry), Learner.nullable().parse(learner)));
}

/** Puts one person on the roster. */
export async function addPerson(id: string, person: z.input<typeof RosterPerson>): Promise<Answer> {
  return inClass(id, async ({ db, actor, taught }) => {
    await importRoster(db, actor, taught.id, [RosterPerson.parse(person)]);
  });
}

/** Changes what the roster says of a person. */
export async function changePerson(id: string, entry: string, person: z.input<typeof RosterPerson>): Promise<Answer> {
  return inClass(id, ({ db, taught }) => changeEntry(db, taught.id, Entry.parse(entry), RosterPerson.parse(person)));
}

/** Takes a person off the roster. */
export async function removePerson(id: string, entry: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => removeEntry(db, actor, taught.id, Entry.parse(entry)));
}
