import { lessonsOf } from "../classroom/class-lessons.ts";
import { classesOf } from "../classroom/classes.ts";
import { classesJoined } from "../classroom/members.ts";
import { ClassStrip, type StripClass } from "../components/classroom/join/class-strip.tsx";
import { currentAccount } from "./account.ts";
import { database } from "./database.ts";
import { currentLearner } from "./learner.ts";

/** Classes that one strip names; whoever has more finds them under Classes. */
const MOST_SHOWN = 3;

/** The classes of whoever looks, that they learn in and that they teach, where they have some. */
export async function YourClasses() {
  const [account, learner, db] = await Promise.all([currentAccount(), currentLearner(), database()]);
  const [joined, taught] = await Promise.all([
    learner ? classesJoined(db, learner) : [],
    account && account.role !== "learner" ? classesOf(db, account) : [],
  ]);
  const learning = await Promise.all(
    joined
      .filter(({ archivedAt }) => archivedAt === null)
      .map(async ({ id, name }): Promise<StripClass> => {
        const lessons = await lessonsOf(db, id);
        const open = lessons.filter((lesson) => lesson.open).length;
        return { href: `/class/${id}`, name, text: `You learn here · ${open} of ${lessons.length} lessons open` };
      }),
  );
  const teaching = taught
    .filter(({ isMine, archivedAt }) => isMine && archivedAt === null)
    .map(({ id, name, learners }): StripClass => {
      return { href: `/classes/${id}`, name, text: `You teach it · ${learners} ${learners === 1 ? "learner" : "learners"}` };
    });
  const all = [...learning, ...teaching];
  return all.length > 0 && <ClassStrip classes={all.slice(0, MOST_SHOWN)} more={Math.max(0, all.length - MOST_SHOWN)} />;
}
