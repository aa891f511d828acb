import type { Metadata } from "next";
import Link from "next/link";
import { notFound, redirect } from "next/navigation";
import type { ReactNode } from "react";
import type { Class } from "../../../classroom/classes.ts";
import { instructorNames, membershipOf } from "../../../classroom/members.ts";
import { JoinForm } from "../../../components/classroom/join/join-form.tsx";
import { WhatIsSeen } from "../../../components/classroom/join/what-is-seen.tsx";
import { Button } from "../../../components/ui/button.tsx";
import { Message } from "../../../components/ui/message.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { currentAccount } from "../../account.ts";
import { database } from "../../database.ts";
import { currentLearner } from "../../learner.ts";
import { signInAddress } from "../../next-page.ts";
import { join } from "../actions.ts";
import { classAt } from "../guesses.ts";

export const metadata: Metadata = { title: "Join a class" };

/** Where a class's link and QR code lead: which class it is, what is seen of whoever is in it, and the way in. */
export default async function JoinClassPage({ params }: { params: Promise<{ code: string }> }) {
  const found = await classAt(decodeURIComponent((await params).code));
  if (found === "wait") return <TooMany />;
  if (found === undefined) notFound();
  const db = await database();
  const [account, learner, names] = await Promise.all([currentAccount(), currentLearner(), instructorNames(db, [found.id])]);
  const member = learner && (await membershipOf(db, found.id, learner));
  if (member && member.removedAt === null) redirect(`/class/${found.id}`);
  if (member) return <Removed name={found.name} />;
  if (found.archivedAt !== null) return <Over name={found.name} />;
  const teachers = names.get(found.id) ?? [];
  return (
    <PageFrame>
      <div className="mx-auto max-w-[30rem] py-[9vh]">
        <p className="text-sm text-muted-foreground">You are asked to join</p>
        <h1 className="mt-1 text-[1.75rem] leading-tight font-semibold tracking-[-0.024em] break-words">{found.name}</h1>
        {teachers.length > 0 && <p className="mt-1.5 text-muted-foreground">with {inWords(teachers)}</p>}
        {found.needsAccount && !account ? (
          <NeedsAccount code={found.code} />
        ) : (
          <JoinForm name={account?.name ?? ""} isSignedIn={account !== undefined} join={join.bind(null, found.code)} />
        )}
        <WhatIsSeen {...recordingOf(found)} />
      </div>
    </PageFrame>
  );
}

function NeedsAccount({ code }: { code: string }) {
  const here = `/join/${code}`;
  return (
    <div className="mt-7">
      <p>This class is for learners with an account. What you do is then kept under it.</p>
      <div className="mt-4 flex flex-wrap gap-2">
        <Button asChild look="primary">
          <Link href={signInAddress(here).replace("/sign-in", "/sign-up")}>Create an account</Link>
        </Button>
        <Button asChild>
          <Link href={signInAddress(here)}>Sign in</Link>
        </Button>
      </div>
    </div>
  );
}

function Removed({ name }: { name: string }) {
  return (
    <Told title={`You are no longer in ${name}`}>
      Your instructor took you out of this class. What you did in its lessons stays yours. If this is a mistake, ask them to let
      you in again.
    </Told>
  );
}

function Over({ name }: { name: string }) {
  return (
    <Told title={`${name} is over`}>
      The class is archived, and nobody joins it any more. Its lessons are open to everyone: take them at your own pace.
    </Told>
  );
}

function TooMany() {
  return (
    <Told title="Too many wrong codes">
      Many codes that no class has were tried from your network. Wait a minute, then type yours again.
    </Told>
  );
}

function Told({ title, children }: { title: string; children: ReactNode }) {
  return (
    <PageFrame>
      <Message
        title={title}
        actions={
          <Button asChild look="primary">
            <Link href="/">All lessons</Link>
          </Button>
        }
      >
        <p>{children}</p>
      </Message>
    </PageFrame>
  );
}

function recordingOf({ records, retentionDays }: Class) {
  return { records, retentionDays };
}

function inWords(names: readonly string[]): string {
  return new Intl.ListFormat("en-GB").format(names);
}
