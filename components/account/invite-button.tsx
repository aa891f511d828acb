"use client";
import { UserPlus } from "lucide-react";
import { useState, useTransition } from "react";
import { Button } from "../ui/button.tsx";
import { LinkDialog } from "./link-dialog.tsx";
import type { Outcome } from "./outcome.ts";

export function InviteButton({ invite }: { invite: () => Promise<Outcome> }) {
  const [link, setLink] = useState<string>();
  const [pending, start] = useTransition();
  const make = () =>
    start(async () => {
      const outcome = await invite();
      if ("link" in outcome) setLink(outcome.link);
    });
  return (
    <>
      <Button look="primary" onClick={make} busy={pending}>
        <UserPlus size={15} aria-hidden />
        Invite an instructor
      </Button>
      <LinkDialog link={link} title="An invitation" onClose={() => setLink(undefined)}>
        Send this link to the one you invite. Whoever opens it first becomes an instructor. It works once, within seven days, and
        is not shown again.
      </LinkDialog>
    </>
  );
}
