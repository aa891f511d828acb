"use client";
import { ArrowLeft, Keyboard, RotateCcw } from "lucide-react";
import Link from "next/link";
import { useState } from "react";
import { AccountMenu } from "../account/account-menu.tsx";
import { TaskStrip } from "../lesson/task-strip.tsx";
import { SearchButton } from "../search/search-button.tsx";
import { ThemeSwitch } from "../theme/theme-switch.tsx";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { useLab } from "./lab-context.tsx";
import { ShortcutsDialog } from "./shortcuts.tsx";
import { TimeLeft } from "./time-left.tsx";
import { XrayButton } from "./xray-button.tsx";

/** Where the learner is, how far, for how long yet, and what can be done about the sandbox. */
export function LabHeader({ title }: { title: string }) {
  const { tasks, isDone } = useLab();
  const [shortcuts, setShortcuts] = useState(false);
  const done = tasks.filter(({ id }) => isDone(id)).length;
  return (
    <header className="flex h-12 shrink-0 items-center gap-1 border-b border-border px-2 md:px-3">
      <Button asChild look="quiet" size="small" className="max-md:w-8 max-md:px-0 max-md:justify-center">
        <Link href="/" aria-label="All lessons">
          <ArrowLeft size={16} aria-hidden />
          <span className="max-md:hidden">Lessons</span>
        </Link>
      </Button>
      <span aria-hidden className="h-4 w-px bg-border-strong max-md:hidden" />
      <h1 className="min-w-0 truncate px-1.5 text-[0.9375rem] font-semibold md:px-2.5">{title}</h1>
      <span className="max-lg:hidden">
        <TaskStrip total={tasks.length} done={done} />
      </span>
      <span className="shrink-0 text-[0.8125rem] text-muted-foreground tabular-nums lg:hidden">
        {done}/{tasks.length}
        <span className="sr-only"> tasks done</span>
      </span>
      <span className="flex-1" />
      <TimeLeft />
      <XrayButton label="What the kernel sees of your sandbox" keys="Ctrl Shift X" />
      <SearchButton compact />
      <Reset />
      <Tooltip label="Keyboard shortcuts" keys="?">
        <Button
          look="quiet"
          size="icon"
          aria-label="Keyboard shortcuts"
          className="max-md:hidden"
          onClick={() => setShortcuts(true)}
        >
          <Keyboard size={16} aria-hidden />
        </Button>
      </Tooltip>
      <ThemeSwitch />
      <AccountMenu compact />
      <ShortcutsDialog open={shortcuts} onOpenChange={setShortcuts} />
    </header>
  );
}

/** Throws the sandbox away, after asking. */
function Reset() {
  const { connection, snapshot } = useLab();
  const [asking, setAsking] = useState(false);
  return (
    <>
      <Tooltip label="Start over in a fresh sandbox">
        <Button
          look="quiet"
          size="icon"
          aria-label="Reset the sandbox"
          disabled={snapshot?.link.state !== "open"}
          onClick={() => setAsking(true)}
        >
          <RotateCcw size={16} aria-hidden />
        </Button>
      </Tooltip>
      <Confirm
        open={asking}
        onOpenChange={setAsking}
        title="Reset the sandbox?"
        confirm="Reset it"
        danger
        onConfirm={() => connection?.reset()}
      >
        Its files, processes and terminals are thrown away, and you get a fresh one. Ticked tasks stay ticked.
      </Confirm>
    </>
  );
}
