import Link from "next/link";
import { Button } from "../ui/button.tsx";
import { type AuditLine, auditSentence } from "./audit-sentence.ts";
import { ClassFilter } from "./class-filter.tsx";

type AuditLogProps = {
  lines: readonly AuditLine[];
  /** The class that is asked for, and those that may be. */
  of: string | undefined;
  classes: readonly { id: string; name: string }[];
  /** Where those before these are, and where the latest are; undefined where one is there. */
  older: string | undefined;
  latest: string | undefined;
};

const TIME = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

/** What instructors and operators did, the latest first. */
export function AuditLog({ lines, of, classes, older, latest }: AuditLogProps) {
  return (
    <section aria-labelledby="audit" id="audit-log">
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h2 id="audit" className="flex-1 text-lg font-semibold tracking-[-0.01em]">
          What was done
        </h2>
        {classes.length > 0 && <ClassFilter of={of} classes={classes} />}
      </div>
      {lines.length === 0 ? (
        <p className="border-y border-border py-8 text-muted-foreground">
          Nothing yet. Here stands what instructors and operators do: to classes, sandboxes, accounts.
        </p>
      ) : (
        <ol className="border-t border-border">
          {lines.map((line) => (
            <li key={line.id} className="grid gap-x-5 border-b border-border py-2 text-sm sm:grid-cols-[10.5rem_minmax(0,1fr)]">
              <time
                dateTime={new Date(line.at).toISOString()}
                className="text-[0.8125rem] leading-6 text-muted-foreground tabular-nums"
              >
                {TIME.format(line.at)} UTC
              </time>
              <p className="leading-6 break-words">
                <span className="font-medium">{line.actor}</span> {auditSentence(line)}
                {line.class?.name !== undefined && line.action !== "class.create" && (
                  <>
                    {" "}
                    <span className="text-muted-foreground">in</span>{" "}
                    <Link
                      href={`/classes/${line.class.id}`}
                      className="underline decoration-border-strong underline-offset-2 hover:decoration-current"
                    >
                      {line.class.name}
                    </Link>
                  </>
                )}
              </p>
            </li>
          ))}
        </ol>
      )}
      {(older !== undefined || latest !== undefined) && (
        <nav aria-label="Pages of what was done" className="mt-3 flex gap-2">
          {latest !== undefined && (
            <Button asChild size="small">
              <Link href={latest}>The latest</Link>
            </Button>
          )}
          {older !== undefined && (
            <Button asChild size="small">
              <Link href={older}>Before these</Link>
            </Button>
          )}
        </nav>
      )}
    </section>
  );
}
