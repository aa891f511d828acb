/** The recording that a page or a download is about, for those who may see it. */
import type { Account } from "../../classroom/accounts.ts";
import { teaches } from "../../classroom/classes.ts";
import { findRecording, type Recording } from "../../classroom/recordings.ts";
import { LessonError, LessonNotFound, loadLesson } from "../../curriculum/library.ts";
import { currentAccount } from "../account.ts";
import { configuration } from "../configuration.ts";
import { database } from "../database.ts";
import { currentLearner } from "../learner.ts";

/** The recording, and who asks: one who teaches the class, by their account, or the learner whose it is. Undefined for everybody else. */
export async function visibleRecording(
  classId: string,
  id: string,
): Promise<{ recording: Recording; instructor: Account | undefined } | undefined> {
  const db = await database();
  const recording = await findRecording(db, classId, id);
  if (recording === undefined) return undefined;
  if ((await currentLearner()) === recording.learner) return { recording, instructor: undefined };
  const account = await currentAccount();
  if (account === undefined || !(await teaches(db, account, classId))) return undefined;
  return { recording, instructor: account };
}

const DAY = 24 * 60 * 60_000;

/** What the page of a recording says of it. */
export async function recordingFacts(
  { id, class: classId, lesson, task, terminal, startedAt, endedAt }: Recording,
  retentionDays: number,
) {
  const found = await lessonIfAny(lesson);
  return {
    source: `/classes/${classId}/recordings/${id}/cast`,
    task: found?.tasks.find((each) => each.id === task)?.title ?? task,
    lesson: found?.title ?? lesson,
    terminal,
    startedAt,
    keptUntil: endedAt + retentionDays * DAY,
  };
}

/** A recording may be of a lesson that cannot be opened any more. */
async function lessonIfAny(slug: string) {
  try {
    return await loadLesson(configuration().lessonsFolder, slug);
  } catch (error) {
    if (error instanceof LessonError || error instanceof LessonNotFound) return undefined;
    throw error;
  }
}
