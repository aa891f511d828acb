import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { z } from "zod";
import { AccountForm } from "../../components/account/account-form.tsx";
import { Entry, Or, ProviderLink, TextLink } from "../../components/account/entry.tsx";
import { Field, PasswordField } from "../../components/account/field.tsx";
import { Notice } from "../../components/account/notice.tsx";
import { PageFrame } from "../../components/ui/page-frame.tsx";
import { currentAccount } from "../account.ts";
import { configuration } from "../configuration.ts";
import { nextPage } from "../next-page.ts";
import { signIn } from "./actions.ts";
import { providerProblem } from "./provider-problem.ts";

export const metadata: Metadata = { title: "Sign in" };

const Query = z.object({ next: z.string().optional().catch(undefined), error: z.string().optional().catch(undefined) });

export default async function SignIn({ searchParams }: { searchParams: Promise<Record<string, unknown>> }) {
  const { next: wanted, error } = Query.parse(await searchParams);
  const next = nextPage(wanted);
  if (await currentAccount()) redirect(next);
  const { oidc } = configuration();
  const query = next === "/" ? "" : `?next=${encodeURIComponent(next)}`;
  return (
    <PageFrame>
      <Entry
        title="Sign in"
        lead="Your progress is then the same on every machine."
        below={
          <>
            <p>
              No account yet? <TextLink href={`/sign-up${query}`}>Make one</TextLink>
            </p>
            <p>Forgot your password? Ask whoever runs this site for a link to set a new one: it sends no mail.</p>
          </>
        }
      >
        {error !== undefined && <Notice tone="danger">{providerProblem(error, oidc?.name)}</Notice>}
        {oidc && (
          <>
            <ProviderLink name={oidc.name} href={`/sign-in/oidc${query}`} />
            <Or />
          </>
        )}
        <AccountForm action={signIn} submit="Sign in" size="wide">
          <input type="hidden" name="next" value={next} />
          <Field name="email" label="E-mail address" type="email" autoComplete="username" required />
          <PasswordField name="password" label="Password" autoComplete="current-password" required />
        </AccountForm>
      </Entry>
    </PageFrame>
  );
}
