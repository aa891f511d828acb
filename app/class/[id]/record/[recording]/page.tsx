import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import { classesJoined } from "../../../../../classroom/members.ts";
import { RecordingPage } from "../../../../../components/classroom/replay/recording-page.tsx";
import { PageFrame } from "../../../../../components/ui/page-frame.tsx";
import { recordingFacts, visibleRecording } from "../../../../classes/recording-access.ts";
import { database } from "../../../../database.ts";
import { currentLearner } from "../../../../learner.ts";
import { signInAddress } from "../../../../next-page.ts";

type Props = { params: Promise<{ id: string; recording: string }> };

export const metadata: Metadata = { title: "Replay" };

/** A recording of the terminal of the learner who asks. */
export default async function MyReplay({ params }: Props) {
  const { id, recording: recordingId } = await params;
  const learner = await currentLearner();
  const found = await visibleRecording(id, recordingId);
  if (learner === undefined) redirect(signInAddress((await headers()).get("x-page")));
  if (found?.recording.learner !== learner) return notFound();
  const joined = (await classesJoined(await database(), learner)).find((each) => each.id === id);
  if (joined === undefined) return notFound();
  return (
    <PageFrame>
      <div className="pt-6 pb-24 md:pt-8">
        <p className="mb-1 text-[0.8125rem] text-muted-foreground">
          <Link href={`/class/${id}/record`} className="rounded-sm hover:text-foreground">
            My record in {joined.name}
          </Link>
        </p>
        <RecordingPage isPage {...(await recordingFacts(found.recording, joined.retentionDays))} learner={undefined} />
      </div>
    </PageFrame>
  );
}
