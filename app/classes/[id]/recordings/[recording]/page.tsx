import type { Metadata } from "next";
import Link from "next/link";
import { notFound } from "next/navigation";
import { membershipOf } from "../../../../../classroom/members.ts";
import { findRecording } from "../../../../../classroom/recordings.ts";
import { RecordingPage } from "../../../../../components/classroom/replay/recording-page.tsx";
import { database } from "../../../../database.ts";
import { demandClass } from "../../../class-access.ts";
import { recordingFacts } from "../../../recording-access.ts";

type Props = { params: Promise<{ id: string; recording: string }> };

export const metadata: Metadata = { title: "Replay" };

/** A recording of a learner's terminal, for those who teach the class. */
export default async function ReplayPage({ params }: Props) {
  const { id, recording: recordingId } = await params;
  const { taught } = await demandClass(id);
  const db = await database();
  const recording = await findRecording(db, taught.id, recordingId);
  if (recording === undefined) return notFound();
  const member = await membershipOf(db, taught.id, recording.learner);
  return (
    <>
      <p className="mb-1 text-[0.8125rem] text-muted-foreground">
        <Link href={`/classes/${taught.id}/learners/${recording.learner}`} className="rounded-sm hover:text-foreground">
          {member?.name ?? "Learner"}
        </Link>
      </p>
      <RecordingPage {...(await recordingFacts(recording, taught.retentionDays))} learner={member?.name ?? "A learner"} />
    </>
  );
}
