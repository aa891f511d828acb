import type { ReactNode } from "react";
import { Button } from "../ui/button.tsx";

/** A page with one form: what it is for, the form, and below what else one may want. */
export function Entry({
  title,
  lead,
  children,
  below,
}: {
  title: string;
  lead?: ReactNode;
  children: ReactNode;
  below?: ReactNode;
}) {
  return (
    <div className="mx-auto w-full max-w-[25rem] pt-10 pb-24 md:pt-[9vh]">
      <h1 className="text-2xl font-semibold tracking-[-0.02em]">{title}</h1>
      {lead && <div className="mt-2 text-muted-foreground">{lead}</div>}
      <div className="mt-7 space-y-6">{children}</div>
      {below && <div className="mt-8 space-y-2 border-t border-border pt-5 text-sm text-muted-foreground">{below}</div>}
    </div>
  );
}

/** The way in by OpenID Connect. A plain link: it leads to another site, after a stop at ours. */
export function ProviderLink({ name, href }: { name: string; href: string }) {
  return (
    <Button asChild className="h-10! w-full justify-center">
      <a href={href}>Sign in with {name}</a>
    </Button>
  );
}

/** Between two ways to do the same. */
export function Or() {
  return (
    <div className="flex items-center gap-3 text-[0.8125rem] text-muted-foreground">
      <span aria-hidden className="h-px flex-1 bg-border" />
      or
      <span aria-hidden className="h-px flex-1 bg-border" />
    </div>
  );
}

/** A link within a sentence. */
export function TextLink({ href, children }: { href: string; children: ReactNode }) {
  return (
    <a href={href} className="font-medium text-accent underline-offset-2 hover:underline">
      {children}
    </a>
  );
}
