"use client";
import { Maximize2, Share2, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { type ReactNode, useEffect, useState } from "react";
import { CopyButton } from "../../lesson/copy-button.tsx";
import { Button } from "../../ui/button.tsx";
import { Dialog as Panel } from "../../ui/dialog.tsx";

type ShareProps = { name: string; code: string; link: string; qr: ReactNode };

/** How learners come into the class: its code, its link and the link's QR code, and all of them as large as the screen. */
export function Share({ name, code, link, qr }: ShareProps) {
  const [open, setOpen] = useState(false);
  const [large, setLarge] = useState(false);
  return (
    <div className="flex items-center gap-2">
      <span className="mr-1.5 flex items-baseline gap-2 text-sm text-muted-foreground">
        Code
        <Code code={code} className="text-[0.9375rem] font-semibold text-foreground" />
      </span>
      <Button onClick={() => setOpen(true)}>
        <Share2 size={15} aria-hidden />
        Share
      </Button>
      <Panel open={open} onOpenChange={setOpen} title="Bring learners in">
        <div className="grid gap-5 sm:grid-cols-[minmax(0,1fr)_9.5rem]">
          <div className="min-w-0">
            <p className="text-sm text-muted-foreground">
              They open <span className="font-medium whitespace-nowrap text-foreground">{hostOf(link)}/join</span>{" "}
              <span className="whitespace-nowrap">and type</span>
            </p>
            <Code code={code} className="mt-1 block text-[2rem] leading-tight font-semibold" />
            <p className="mt-4 text-sm text-muted-foreground">or they open this link</p>
            <p className="mt-1 flex items-center gap-1 font-mono text-[0.8125rem]">
              <span className="min-w-0 break-words">
                {link.slice(0, -code.length)}
                <wbr />
                {code}
              </span>
              <CopyButton text={link} />
            </p>
          </div>
          <div className="self-start overflow-hidden rounded-md border border-border max-sm:w-40">{qr}</div>
        </div>
        <Button
          look="primary"
          className="mt-6"
          onClick={() => {
            setOpen(false);
            setLarge(true);
          }}
        >
          <Maximize2 size={15} aria-hidden />
          Show it large
        </Button>
      </Panel>
      <Projection open={large} onOpenChange={setLarge} name={name} code={code} link={link} qr={qr} />
    </div>
  );
}

/** For the wall of a classroom: the whole screen where the browser allows it, else the whole window. */
function Projection({
  open,
  onOpenChange,
  name,
  code,
  link,
  qr,
}: ShareProps & { open: boolean; onOpenChange: (open: boolean) => void }) {
  useEffect(() => {
    if (!open) return;
    // A browser may refuse it, as on iPhones: then the window is filled.
    document.documentElement.requestFullscreen?.().catch(() => undefined);
    const onChange = () => {
      if (document.fullscreenElement === null) onOpenChange(false);
    };
    document.addEventListener("fullscreenchange", onChange);
    return () => {
      document.removeEventListener("fullscreenchange", onChange);
      if (document.fullscreenElement) document.exitFullscreen().catch(() => undefined);
    };
  }, [open, onOpenChange]);
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed inset-0 z-50 flex flex-col overflow-y-auto bg-background p-[min(5vw,4rem)]"
        >
          <div className="flex items-start justify-between gap-4">
            <Dialog.Title className="text-[clamp(1.25rem,2.6vw,2.5rem)] font-semibold tracking-[-0.02em] break-words">
              {name}
            </Dialog.Title>
            <Dialog.Close asChild>
              <Button look="quiet" size="icon" aria-label="Close">
                <X size={20} aria-hidden />
              </Button>
            </Dialog.Close>
          </div>
          <div className="grid flex-1 place-content-center items-center gap-[min(6vw,6rem)] py-6 md:grid-cols-[auto_auto]">
            <div>
              <p className="text-[clamp(1.125rem,2.2vw,2.25rem)] text-muted-foreground">Open</p>
              <p className="text-[clamp(1.5rem,3.4vw,3.5rem)] font-semibold tracking-[-0.02em] break-all">{hostOf(link)}/join</p>
              <p className="mt-[3vh] text-[clamp(1.125rem,2.2vw,2.25rem)] text-muted-foreground">and type</p>
              <Code code={code} className="block text-[clamp(3rem,9.5vw,11rem)] leading-none font-semibold text-accent" />
            </div>
            <div className="w-[min(24rem,60vw)] overflow-hidden rounded-lg border border-border md:w-[min(30vw,60vh)]">{qr}</div>
          </div>
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

/** In two groups of three, as it is said aloud; a screen reader spells it. */
function Code({ code, className }: { code: string; className: string }) {
  return (
    <span className={`font-mono tracking-[0.04em] whitespace-nowrap ${className}`}>
      <span aria-hidden>
        {code.slice(0, 3)}
        <span className="pl-[0.25em]">{code.slice(3)}</span>
      </span>
      <span className="sr-only">{[...code].join(" ")}</span>
    </span>
  );
}

function hostOf(link: string): string {
  return new URL(link).host;
}
