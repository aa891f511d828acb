import type { Metadata } from "next";
import Link from "next/link";
import type { ReactNode } from "react";
import { classesOf } from "../../classroom/classes.ts";
import { classesJoined } from "../../classroom/members.ts";
import { CodeForm } from "../../components/classroom/join/code-form.tsx";
import { ClassList } from "../../components/classroom/manage/class-list.tsx";
import { NoClasses } from "../../components/classroom/manage/no-classes.tsx";
import { Button } from "../../components/ui/button.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { currentAccount } from "../account.ts";
import { database } from "../database.ts";
import { currentLearner } from "../learner.ts";

export const metadata: Metadata = { title: "Classes" };

/** The classes of whoever looks: those that they teach, and those that they learn in. */
export default async function ClassesPage() {
  const [account, learner, db] = await Promise.all([currentAccount(), currentLearner(), database()]);
  const mayTeach = account !== undefined && account.role !== "learner";
  const [taught, joined] = await Promise.all([mayTeach ? classesOf(db, account) : [], learner ? classesJoined(db, learner) : []]);
  const mine = taught.filter(({ isMine, archivedAt }) => isMine && archivedAt === null);
  const archived = taught.filter(({ isMine, archivedAt }) => isMine && archivedAt !== null);
  const others = taught.filter(({ isMine }) => !isMine);
  return (
    <PageFrame>
      <div className="pt-8 pb-24 md:pt-10">
        <div className="mb-6 flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-[2rem] leading-[1.15] font-semibold tracking-[-0.026em]">Classes</h1>
          {mine.length > 0 && (
            <Button asChild look="primary">
              <Link href="/classes/new">New class</Link>
            </Button>
          )}
        </div>
        {mine.length > 0 && <h2 className="sr-only">Where you teach</h2>}
        {mayTeach && (mine.length > 0 ? <ClassList classes={mine} /> : <NoClasses />)}
        {joined.length > 0 && (
          <Section title={mayTeach ? "Where you learn" : "Your classes"}>
            <ul className="border-t border-border">
              {joined.map(({ id, name, instructors, archivedAt }) => (
                <li key={id} className="relative border-b border-border px-1 py-4 hover:bg-muted/60 md:px-3">
                  <Link
                    href={`/class/${id}`}
                    className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
                  >
                    {name}
                  </Link>
                  <p className="mt-0.5 text-sm text-muted-foreground">
                    {instructors.length > 0 && `with ${new Intl.ListFormat("en-GB").format(instructors)}`}
                    {archivedAt !== null && " · over"}
                  </p>
                </li>
              ))}
            </ul>
          </Section>
        )}
        {!mayTeach && (
          <Section title="Join a class">
            <div className="max-w-[26rem]">
              <p className="text-muted-foreground">Type the code that your instructor shows you.</p>
              <CodeForm />
            </div>
          </Section>
        )}
        {archived.length > 0 && (
          <Section title="Archived">
            <ClassList classes={archived} />
          </Section>
        )}
        {others.length > 0 && (
          <Section title="Classes of others">
            <p className="-mt-2 mb-3 text-sm text-muted-foreground">You see them because you are an operator.</p>
            <ClassList classes={others} />
          </Section>
        )}
      </div>
    </PageFrame>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="mt-12">
      <h2 className="mb-4 text-xl font-semibold tracking-[-0.018em]">{title}</h2>
      {children}
    </section>
  );
}
