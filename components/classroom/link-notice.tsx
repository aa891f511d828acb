"use client";
import { TriangleAlert, WifiOff } from "lucide-react";
import Link from "next/link";
import { Button } from "../ui/button.tsx";
import { Message } from "../ui/message.tsx";
import { useNow } from "../ui/use-now.ts";
import type { StaffConnection, StaffLink } from "./staff-connection.ts";

/** Says that the connection is lost and when it is tried again. Below it stands what was known last. */
export function LinkNotice({ link, connection }: { link: StaffLink; connection: StaffConnection | undefined }) {
  if (link.state !== "reconnecting") return null;
  return (
    <div
      role="status"
      className="flex flex-wrap items-center gap-3 rounded-md border border-border-strong bg-surface px-3 py-1.5 text-sm"
    >
      <WifiOff size={16} aria-hidden className="text-warning" />
      <p>
        The connection to the lab-server is lost, so this is how it was. <Countdown at={link.at} />
      </p>
      <span className="flex-1" />
      <Button size="small" onClick={() => connection?.connect()}>
        Try now
      </Button>
    </div>
  );
}

function Countdown({ at }: { at: number }) {
  const now = useNow(500);
  const seconds = now === undefined ? 0 : Math.ceil((at - now) / 1000);
  // Not read out every second.
  return <span aria-hidden>{seconds > 0 ? `Trying again in ${seconds} s.` : "Trying again…"}</span>;
}

/** In place of everything: trying again by itself would not help. */
export function LinkFailed({
  link,
  connection,
}: {
  link: Extract<StaffLink, { state: "failed" }>;
  connection: StaffConnection | undefined;
}) {
  const isSignedOut = link.code === "401";
  return (
    <Message
      title={
        isSignedOut
          ? "You are signed out"
          : link.code === "404" || link.code === "not-allowed"
            ? "This is not yours to see"
            : "The live view has ended"
      }
      actions={
        isSignedOut ? (
          <Button asChild look="primary">
            <Link href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}>Sign in again</Link>
          </Button>
        ) : (
          <Button look="primary" onClick={() => connection?.connect()}>
            Try again
          </Button>
        )
      }
    >
      <p className="flex gap-2">
        <TriangleAlert size={18} aria-hidden className="mt-0.5 shrink-0 text-warning" />
        {link.message}
      </p>
    </Message>
  );
}
