import type { Metadata } from "next";
import { readLink } from "../../../classroom/one-time-links.ts";
import { AccountForm } from "../../../components/account/account-form.tsx";
import { Entry, Or, ProviderLink, TextLink } from "../../../components/account/entry.tsx";
import { NewAccountFields } from "../../../components/account/new-account-fields.tsx";
import { UsedUp } from "../../../components/account/used-up.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { currentAccount } from "../../account.ts";
import { configuration } from "../../configuration.ts";
import { database } from "../../database.ts";
import { becomeInstructor, makeInstructor } from "./actions.ts";

export const metadata: Metadata = { title: "Invitation", robots: { index: false } };

export default async function Invitation({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const link = await readLink(await database(), "instructor", token);
  if (link === undefined) {
    return (
      <PageFrame>
        <UsedUp>Ask the operator who sent it for another one.</UsedUp>
      </PageFrame>
    );
  }
  const account = await currentAccount();
  const { oidc } = configuration();
  const back = `?next=${encodeURIComponent(`/invitation/${token}`)}`;
  return (
    <PageFrame>
      <Entry
        title="Teach with Unboxed"
        lead="You are invited to be an instructor: to make classes, see how far each learner is, and help in their terminal."
        below={
          account ? undefined : (
            <p>
              You have an account already? <TextLink href={`/sign-in${back}`}>Sign in</TextLink>, and it becomes an instructor’s.
            </p>
          )
        }
      >
        {account ? (
          <AccountForm action={becomeInstructor} submit="Accept the invitation" size="wide">
            <input type="hidden" name="token" value={token} />
            <p className="text-sm text-muted-foreground">You are signed in as {account.email}.</p>
          </AccountForm>
        ) : (
          <>
            {oidc && (
              <>
                <ProviderLink name={oidc.name} href={`/sign-in/oidc${back}`} />
                <Or />
              </>
            )}
            <AccountForm action={makeInstructor} submit="Make an instructor’s account" size="wide">
              <input type="hidden" name="token" value={token} />
              <NewAccountFields />
            </AccountForm>
          </>
        )}
      </Entry>
    </PageFrame>
  );
}
