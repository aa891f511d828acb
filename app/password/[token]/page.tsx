import type { Metadata } from "next";
import { findAccount } from "../../../classroom/accounts.ts";
import { readLink } from "../../../classroom/one-time-links.ts";
import { AccountForm } from "../../../components/account/account-form.tsx";
import { Entry } from "../../../components/account/entry.tsx";
import { NewPasswordField } from "../../../components/account/new-account-fields.tsx";
import { UsedUp } from "../../../components/account/used-up.tsx";
import { PageFrame } from "../../../components/ui/page-frame.tsx";
import { database } from "../../database.ts";
import { setForgottenPassword } from "./actions.ts";

export const metadata: Metadata = { title: "Set a new password", robots: { index: false } };

export default async function ForgottenPassword({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const db = await database();
  const link = await readLink(db, "password", token);
  const account = link?.account ? await findAccount(db, link.account) : undefined;
  return (
    <PageFrame>
      {account === undefined ? (
        <UsedUp>Ask the operator who sent it for another one.</UsedUp>
      ) : (
        <Entry title="Set a new password" lead={`For ${account.email}. You are then signed out everywhere else.`}>
          <AccountForm action={setForgottenPassword} submit="Set the password" size="wide">
            <input type="hidden" name="token" value={token} />
            <NewPasswordField name="password" label="New password" />
          </AccountForm>
        </Entry>
      )}
    </PageFrame>
  );
}
