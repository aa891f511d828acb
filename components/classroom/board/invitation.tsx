import type { ReactNode } from "react";

/** How to come into the class, for everybody in the room to read: where to go, the code, and the link as a picture. */
export function Invitation({ code, link, qr }: { code: string; link: string; qr: ReactNode }) {
  const { host } = new URL(link);
  return (
    <div className="mx-auto grid max-w-[56rem] items-center gap-x-14 gap-y-8 rounded-lg border border-border bg-surface p-8 md:grid-cols-[minmax(0,1fr)_auto] md:p-12">
      <div>
        <p className="text-lg text-muted-foreground">Open</p>
        <p className="text-[clamp(1.25rem,3vw,2rem)] font-semibold tracking-[-0.02em] break-all">{host}/join</p>
        <p className="mt-5 text-lg text-muted-foreground">and type</p>
        <p className="font-mono text-[clamp(2.75rem,8vw,5rem)] leading-none font-semibold tracking-[0.04em] text-accent">
          <span aria-hidden>
            {code.slice(0, 3)}
            <span className="pl-[0.25em]">{code.slice(3)}</span>
          </span>
          <span className="sr-only">{[...code].join(" ")}</span>
        </p>
      </div>
      <div className="w-48 overflow-hidden rounded-md border border-border md:w-64">{qr}</div>
    </div>
  );
}
