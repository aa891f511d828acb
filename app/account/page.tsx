import type { Metadata } from "next";
import { z } from "zod";
import { sessionsOf, waysIn } from "../../classroom/account-access.ts";
import { AccountForm } from "../../components/account/account-form.tsx";
import { Field, PasswordField } from "../../components/account/field.tsx";
import { LinkedIdentity } from "../../components/account/linked-identity.tsx";
import { NewPasswordField } from "../../components/account/new-account-fields.tsx";
import { Notice } from "../../components/account/notice.tsx";
import { Section } from "../../components/account/section.tsx";
import { SessionList } from "../../components/account/session-list.tsx";
import { Button } from "../../components/ui/button.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { demandAccount } from "../account.ts";
import { currentSession } from "../authentication.ts";
import { configuration } from "../configuration.ts";
import { database } from "../database.ts";
import { providerProblem } from "../sign-in/provider-problem.ts";
import { changePassword, deleteAccount, endAllOtherSessions, endOneSession, rename, setPassword, unlink } from "./actions.ts";
import { daysAgo } from "./days.ts";
import { deviceWords } from "./device.ts";
import { isFresh } from "./fresh.ts";

export const metadata: Metadata = { title: "Account" };

const ROLES = { learner: "Learner", instructor: "Instructor", operator: "Operator" } as const;
const Query = z.object({ error: z.string().optional().catch(undefined) });

export default async function AccountPage({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const account = await demandAccount();
  const { error } = Query.parse(await searchParams);
  const db = await database();
  const { oidc } = configuration();
  const [here, sessions, ways] = await Promise.all([currentSession(), sessionsOf(db, account.id), waysIn(db, account.id)]);
  return (
    <PageFrame>
      <div className="pt-6 pb-20 md:pt-10">
        <h1 className="text-2xl font-semibold tracking-[-0.02em]">Account</h1>
        <p className="mt-1 mb-8 text-muted-foreground">
          {account.email} · {ROLES[account.role]}
        </p>
        {error !== undefined && (
          <div className="mb-8 max-w-[40rem]">
            <Notice tone="danger">{providerProblem(error, oidc?.name)}</Notice>
          </div>
        )}
        <Section id="name" title="Name" lead="What others here see of you. In a class you may go by another.">
          <AccountForm action={rename} submit="Save" look="outline">
            <Field name="name" label="Name" defaultValue={account.name} autoComplete="name" maxLength={100} required />
          </AccountForm>
        </Section>
        <Section
          id="password"
          title="Password"
          lead={
            ways.password
              ? "With another one you are signed out everywhere else."
              : "You have none: you sign in another way. With one you could do both."
          }
        >
          {ways.password ? (
            <AccountForm action={changePassword} submit="Change the password" look="outline">
              <input type="hidden" name="email" autoComplete="username" value={account.email} />
              <PasswordField name="current" label="Present password" autoComplete="current-password" required />
              <NewPasswordField name="password" label="New password" />
            </AccountForm>
          ) : (
            <AccountForm action={setPassword} submit="Set a password" look="outline">
              <NewPasswordField name="password" label="Password" />
            </AccountForm>
          )}
        </Section>
        {(oidc || ways.oidc.length > 0) && (
          <Section
            id="linked"
            title="Linked sign-in"
            lead={`Sign in with ${oidc?.name ?? "another provider"} too, and need no password here.`}
          >
            {ways.oidc.length > 0 ? (
              <ul className="divide-y divide-border border-y border-border">
                {ways.oidc.map(({ id, linkedAt }) => (
                  <LinkedIdentity
                    key={id}
                    id={id}
                    name={oidc?.name ?? "Another provider"}
                    since={daysAgo(linkedAt)}
                    unlink={unlink}
                  />
                ))}
              </ul>
            ) : (
              <Button asChild>
                <a href="/sign-in/oidc?link=1&next=/account">{`Link ${oidc?.name}`}</a>
              </Button>
            )}
          </Section>
        )}
        <Section id="sessions" title="Where you are signed in" lead="A browser that is not used for 30 days is signed out.">
          <SessionList
            sessions={sessions.map(({ id, lastSeen, userAgent }) => ({
              id,
              device: deviceWords(userAgent),
              lastSeen: daysAgo(lastSeen),
              isThis: id === here?.session.id,
            }))}
            endOne={endOneSession}
            endOthers={endAllOtherSessions}
          />
        </Section>
        <Section id="data" title="Your data" lead="Everything that is kept about you, as one JSON file.">
          <Button asChild>
            <a href="/account/export" download>
              Download it
            </a>
          </Button>
        </Section>
        <Section
          id="delete"
          title="Delete the account"
          lead="Your progress, your places in classes and the recordings of your terminals go with it. It cannot be undone."
        >
          <AccountForm action={deleteAccount} submit="Delete the account" look="danger">
            {ways.password ? (
              <PasswordField name="password" label="Password" autoComplete="current-password" required />
            ) : (
              !isFresh(here) && (
                <p className="text-sm text-muted-foreground">Sign out and in again first, to show that it is you.</p>
              )
            )}
          </AccountForm>
        </Section>
      </div>
    </PageFrame>
  );
}
