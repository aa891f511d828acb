import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { AccountForm } from "../../components/account/account-form.tsx";
import { Entry, Or, ProviderLink, TextLink } from "../../components/account/entry.tsx";
import { NewAccountFields } from "../../components/account/new-account-fields.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { currentAccount } from "../account.ts";
import { configuration } from "../configuration.ts";
import { nextPage } from "../next-page.ts";
import { signUp } from "./actions.ts";

export const metadata: Metadata = { title: "Make an account" };

const Query = z.object({ next: z.string().optional().catch(undefined) });

export default async function SignUp({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const next = nextPage(Query.parse(await searchParams).next);
  if (await currentAccount()) redirect(next);
  const { oidc } = configuration();
  const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  return (
    <PageFrame>
      <Entry
        title="Make an account"
        lead="What you have done in this browser comes along."
        below={
          <p>
            You have one already? <TextLink href={`/sign-in${query}`}>Sign in</TextLink>
          </p>
        }
      >
        {oidc && (
          <>
            <ProviderLink name={oidc.name} href={`/sign-in/oidc${query}`} />
            <Or />
          </>
        )}
        <AccountForm action={signUp} submit="Make the account" size="wide">
          <input type="hidden" name="next" value={next} />
          <NewAccountFields />
        </AccountForm>
      </Entry>
    </PageFrame>
  );
}
