import Link from "next/link";
import { classVersion } from "../../../classroom/class-version.ts";
import type { LearnersClass } from "../../../classroom/classes.ts";
import { RefreshWhenChanged } from "../../../components/classroom/join/refresh-when-changed.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Message } from "../../../components/ui/message.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { database } from "../../database.ts";

type ClosedProps = { title: string; learner: string; taken: LearnersClass };

/** In the place of a lesson that the learner's class does not work on now. Becomes the lesson by itself. */
export async function ClosedLesson({ title, learner, taken: { id, name } }: ClosedProps) {
  return (
    <PageFrame>
      <RefreshWhenChanged id={id} version={(await classVersion(await database(), id, learner)) ?? ""} />
      <Message
        title="Your instructor has not opened this lesson yet"
        actions={
          <>
            <Button asChild look="primary">
              <Link href={`/class/${id}`}>Your class</Link>
            </Button>
            <Button asChild>
              <Link href="/">All lessons</Link>
            </Button>
          </>
        }
      >
        <p>
          You take “{title}” in {name}. When it is opened there, it opens here by itself: leave this page as it is.
        </p>
      </Message>
    </PageFrame>
  );
}
