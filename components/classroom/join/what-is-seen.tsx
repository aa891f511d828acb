import { Eye, Video, VideoOff } from "lucide-react";

/** What those who teach a class see of a learner in it, and what is kept. Said before somebody joins, and later where they look for it. */
export function WhatIsSeen({ records, retentionDays }: { records: boolean; retentionDays: number }) {
  return (
    <section aria-labelledby="seen" className="mt-9 border-t border-border pt-5 text-sm text-muted-foreground">
      <h2 id="seen" className="font-medium text-foreground">
        What your instructors see
      </h2>
      <ul className="mt-2.5 space-y-2.5">
        <li className="flex gap-2.5">
          <Eye size={16} aria-hidden className="mt-0.5 shrink-0" />
          <span>
            In the lessons of this class: which tasks you did and how long they took, which hints and solutions you opened, why a
            check did not pass, and your terminal as it is while you work. You see when somebody looks at it, and nobody types
            into it without your yes.
          </span>
        </li>
        <li className="flex gap-2.5">
          {records ? (
            <Video size={16} aria-hidden className="mt-0.5 shrink-0" />
          ) : (
            <VideoOff size={16} aria-hidden className="mt-0.5 shrink-0" />
          )}
          <span>
            {records ? (
              <>
                <strong className="font-medium text-foreground">Terminals are recorded.</strong> Your instructors can replay what
                you did in each task for {retentionDays} {retentionDays === 1 ? "day" : "days"}; then the recording is thrown
                away.
              </>
            ) : (
              "Terminals are not recorded."
            )}
          </span>
        </li>
      </ul>
    </section>
  );
}
