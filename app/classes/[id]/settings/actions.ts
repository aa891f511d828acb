"use server";
/** What those who teach a class do with the class itself. */
import { redirect } from "next/navigation";
import { z } from "zod";
import { addInstructor, handOver, removeInstructor } from "../../../../classroom/class-instructors.ts";
import {
  archiveClass,
  ClassRefusal,
  ClassSettings,
  changeCode,
  changeSettings,
  deleteClass,
  restoreClass,
  type TaughtClass,
} from "../../../../classroom/classes.ts";
import type { Answer } from "../../../../components/classroom/use-act.ts";
import { inClass } from "../../class-access.ts";

const AccountId = z.string().min(1).max(64);
const Email = z.string().trim().min(1, "Write an e-mail address.").max(254, "An e-mail address has at most 254 characters.");

/** Changes what is agreed. */
export async function save(id: string, settings: z.input<typeof ClassSettings>): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => changeSettings(db, actor, taught.id, ClassSettings.parse(settings)));
}

/** Another code, where the old one has gone about. */
export async function regenerate(id: string): Promise<Answer> {
  return inClass(id, async ({ db, actor, taught }) => {
    await changeCode(db, actor, taught.id);
  });
}

/** Makes somebody an instructor of the class. Each of its instructors may. */
export async function addTeacher(id: string, email: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => addInstructor(db, actor, taught.id, Email.parse(email)));
}

/** Takes an instructor out: the owner anybody, the others themselves. */
export async function removeTeacher(id: string, account: string): Promise<Answer> {
  let isMe = false;
  const answer = await inClass(id, ({ db, actor, taught }) => {
    if (actor.account !== account) demandOwner(taught);
    isMe = actor.account === account;
    return removeInstructor(db, actor, taught.id, AccountId.parse(account));
  });
  if (answer.problem === undefined && isMe) redirect("/classes");
  return answer;
}

/** Makes another instructor the owner. */
export async function giveTo(id: string, account: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => {
    demandOwner(taught);
    return handOver(db, actor, taught.id, AccountId.parse(account));
  });
}

/** Ends the class; nothing is lost. */
export async function archive(id: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => archiveClass(db, actor, taught.id), { evenArchived: true });
}

/** The opposite of archive. */
export async function restore(id: string): Promise<Answer> {
  return inClass(id, ({ db, actor, taught }) => restoreClass(db, actor, taught.id), { evenArchived: true });
}

/** Deletes the class for good. `name`: as the owner typed it, to be sure. */
export async function remove(id: string, name: string): Promise<Answer> {
  const answer = await inClass(
    id,
    ({ db, actor, taught }) => {
      demandOwner(taught);
      if (String(name).trim() !== taught.name) throw new ClassRefusal("That is not the class's name. Nothing was deleted.");
      return deleteClass(db, actor, taught);
    },
    { evenArchived: true },
  );
  if (answer.problem === undefined) redirect("/classes");
  return answer;
}

function demandOwner({ isOwner }: TaughtClass): void {
  if (!isOwner) throw new ClassRefusal("Only the owner of the class may do this.");
}
