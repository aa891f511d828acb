import type { Metadata } from "next";
import { readLink } from "../../../classroom/one-time-links.ts";
import { AccountForm } from "../../../components/account/account-form.tsx";
import { Entry } from "../../../components/account/entry.tsx";
import { NewAccountFields } from "../../../components/account/new-account-fields.tsx";
import { UsedUp } from "../../../components/account/used-up.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { currentAccount } from "../../account.ts";
import { database } from "../../database.ts";
import { becomeOperator, makeOperator } from "./actions.ts";

export const metadata: Metadata = { title: "Become the operator", robots: { index: false } };

export default async function SetUp({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const link = await readLink(await database(), "operator", token);
  const account = link && (await currentAccount());
  return (
    <PageFrame>
      {link === undefined ? (
        <UsedUp>
          Start the site again for a new one while it has no operator, or run{" "}
          <code className="rounded-sm bg-muted px-1 font-mono text-[0.88em]">npm run operator-link</code> on its machine.
        </UsedUp>
      ) : (
        <Entry
          title="Become the operator"
          lead="An operator runs this site: sees every sandbox and class, invites instructors, and helps people back into their accounts."
        >
          {account ? (
            <AccountForm action={becomeOperator} submit={`Make ${account.name} an operator`} size="wide">
              <input type="hidden" name="token" value={token} />
              <p className="text-sm text-muted-foreground">You are signed in as {account.email}.</p>
            </AccountForm>
          ) : (
            <AccountForm action={makeOperator} submit="Make the operator’s account" size="wide">
              <input type="hidden" name="token" value={token} />
              <NewAccountFields />
            </AccountForm>
          )}
        </Entry>
      )}
    </PageFrame>
  );
}
