import { notFound } from "next/navigation";
import { recordAudit } from "../../../../../../classroom/audit.ts";
import { actorOf } from "../../../../../../classroom/classes.ts";
import { readCast } from "../../../../../../classroom/recordings.ts";
import { database } from "../../../../../database.ts";
import { visibleRecording } from "../../../../recording-access.ts";

type Context = { params: Promise<{ id: string; recording: string }> };

/** What a recording holds, in the form of asciicast v2. That an instructor saw it is kept here, where it leaves the site. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  const { id, recording: recordingId } = await params;
  const found = await visibleRecording(id, recordingId);
  if (found === undefined) return notFound();
  const { recording, instructor } = found;
  const db = await database();
  const cast = await readCast(db, recording.class, recording.id);
  if (cast === undefined) return notFound();
  if (instructor) {
    const { learner, lesson, task, terminal } = recording;
    const details = { recording: recording.id, lesson, task, terminal };
    await recordAudit(db, actorOf(instructor), "recording.watch", { class: recording.class, target: learner, details });
  }
  return new Response(new Uint8Array(cast), {
    headers: {
      "content-type": "application/x-asciicast",
      "content-disposition": `attachment; filename="${recording.lesson}-${recording.task}-terminal-${recording.terminal}.cast"`,
      "cache-control": "private, no-store",
    },
  });
}
