"use client";
import { ArrowDown, ArrowUp, Search, X } from "lucide-react";
import { useState } from "react";
import type { OperatedSandbox } from "../../lab-server/staff/wire.ts";
import { lengthOfTime } from "../classroom/minutes.ts";
import type { StaffConnection } from "../classroom/staff-connection.ts";
import { useAsk } from "../classroom/use-ask.ts";
import { Button } from "../ui/button.tsx";
import { Confirm } from "../ui/dialog.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { bytes, percent } from "../xray/amount.ts";
import { Bar } from "./figures.tsx";
import type { Operations } from "./operator-page.tsx";
import { type Column, type Order, ordered, ownerOf } from "./sandbox-order.ts";

const COLUMNS: readonly { column: Column; name: string; look: string }[] = [
  { column: "owner", name: "Owner", look: "" },
  { column: "lesson", name: "Lesson", look: "max-md:hidden" },
  { column: "age", name: "Age", look: "max-sm:hidden" },
  { column: "idle", name: "Idle", look: "max-sm:hidden" },
  { column: "memory", name: "Memory", look: "" },
  { column: "cpu", name: "CPU", look: "" },
  { column: "pages", name: "Pages", look: "max-md:hidden" },
];
const LOOKS = Object.fromEntries(COLUMNS.map(({ column, look }) => [column, look]));

type SandboxTableProps = { connection: StaffConnection | undefined; operations: Operations };

/** Every sandbox that runs, whose it is and what it takes. */
export function SandboxTable({ connection, operations }: SandboxTableProps) {
  const { asked, ask, isAsking } = useAsk(connection);
  const [order, setOrder] = useState<Order>({ column: "age", descending: false });
  const [find, setFind] = useState("");
  const [ending, setEnding] = useState<OperatedSandbox>();
  const { sandboxes, at, memoryLimit } = operations;
  const shown = ordered(sandboxes, order, find);
  return (
    <section aria-labelledby="sandboxes">
      <div className="mb-2 flex flex-wrap items-center gap-3">
        <h2 id="sandboxes" className="flex-1 text-lg font-semibold tracking-[-0.01em]">
          Sandboxes
        </h2>
        {asked.state === "failed" && (
          <p role="alert" className="text-[0.8125rem] text-danger">
            {asked.message}
          </p>
        )}
        {sandboxes.length > 0 && (
          <span className="relative">
            <Search
              size={14}
              aria-hidden
              className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-muted-foreground"
            />
            <input
              type="search"
              value={find}
              maxLength={100}
              aria-label="Find a sandbox"
              placeholder="Owner or lesson"
              onChange={(event) => setFind(event.target.value)}
              className="h-8 w-52 rounded-md border border-border-strong bg-surface pr-2 pl-8 text-[0.8125rem] placeholder:text-muted-foreground"
            />
          </span>
        )}
      </div>
      {shown.length === 0 ? (
        <p className="border-y border-border py-8 text-muted-foreground">
          {sandboxes.length === 0 ? "None is running. One starts when somebody opens a lesson." : "None fits what you typed."}
        </p>
      ) : (
        <table className="w-full text-sm">
          <thead>
            <tr className="border-b border-border-strong">
              {COLUMNS.map(({ column, name, look }) => (
                <SortedHead key={column} column={column} name={name} look={look} order={order} onOrder={setOrder} />
              ))}
              <th scope="col" className="w-10">
                <span className="sr-only">End</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {shown.map((sandbox) => (
              <SandboxRow
                key={sandbox.id}
                sandbox={sandbox}
                at={at}
                memoryLimit={memoryLimit}
                isBusy={isAsking}
                onEnd={setEnding}
              />
            ))}
          </tbody>
        </table>
      )}
      <Confirm
        open={ending !== undefined}
        onOpenChange={(open) => !open && setEnding(undefined)}
        title={`End the sandbox of ${ending ? ownerOf(ending) : ""}?`}
        confirm="End it"
        danger
        onConfirm={() => ending && void ask({ type: "sandbox.end", sandbox: ending.id })}
      >
        Its files, processes and terminals are gone. Their page says that it was ended, and they may start another.
      </Confirm>
    </section>
  );
}

type SortedHeadProps = { column: Column; name: string; look: string; order: Order; onOrder: (order: Order) => void };

function SortedHead({ column, name, look, order, onOrder }: SortedHeadProps) {
  const isSorted = order.column === column;
  const Arrow = order.descending ? ArrowDown : ArrowUp;
  return (
    <th
      scope="col"
      aria-sort={isSorted ? (order.descending ? "descending" : "ascending") : undefined}
      className={`py-1 text-left font-medium ${look}`}
    >
      <button
        type="button"
        // A word sorts from its beginning, a number from the most.
        onClick={() => onOrder({ column, descending: isSorted ? !order.descending : column !== "owner" && column !== "lesson" })}
        className="-ml-2 flex h-8 items-center gap-1 rounded-md px-2 text-[0.8125rem] text-muted-foreground hover:bg-muted hover:text-foreground"
      >
        {name}
        {isSorted && <Arrow size={13} aria-hidden />}
      </button>
    </th>
  );
}

type SandboxRowProps = {
  sandbox: OperatedSandbox;
  at: number;
  memoryLimit: number;
  isBusy: boolean;
  onEnd: (sandbox: OperatedSandbox) => void;
};

function SandboxRow({ sandbox, at, memoryLimit, isBusy, onEnd }: SandboxRowProps) {
  const { lessonTitle, createdAt, activeAt, pages, memory, cpu } = sandbox;
  const cell = "py-2 pr-4 tabular-nums text-muted-foreground";
  return (
    <tr className="border-b border-border hover:bg-muted/50">
      <th scope="row" className="max-w-52 py-2 pr-4 text-left font-normal">
        <span className="block truncate font-medium" title={sandbox.learner}>
          {ownerOf(sandbox)}
        </span>
        <span className="block truncate text-[0.8125rem] text-muted-foreground md:hidden">{lessonTitle}</span>
        <span className="block text-[0.8125rem] text-muted-foreground sm:hidden">
          {lengthOfTime(at - createdAt)} old, idle {lengthOfTime(at - activeAt)}
        </span>
      </th>
      <td className={`max-w-56 truncate ${cell} ${LOOKS.lesson}`}>{lessonTitle}</td>
      <td className={`${cell} ${LOOKS.age}`}>{lengthOfTime(at - createdAt)}</td>
      <td className={`${cell} ${LOOKS.idle}`}>{lengthOfTime(at - activeAt)}</td>
      <td className={`${cell} w-36 max-sm:w-24`}>
        {memory === null ? "–" : bytes(memory)}
        {memory !== null && <Bar share={memory / Math.max(1, memoryLimit)} />}
      </td>
      <td className={`${cell} w-28 max-sm:w-16`}>
        {cpu === null ? "–" : percent(cpu)}
        {cpu !== null && <Bar share={cpu} isWarning={false} />}
      </td>
      <td className={`${cell} ${LOOKS.pages}`}>{pages}</td>
      <td className="py-1 text-right">
        <Tooltip label="End this sandbox">
          <Button
            look="quiet"
            size="icon"
            aria-label={`End the sandbox of ${ownerOf(sandbox)}`}
            disabled={isBusy}
            onClick={() => onEnd(sandbox)}
          >
            <X size={15} aria-hidden />
          </Button>
        </Tooltip>
      </td>
    </tr>
  );
}
