"use client";
import { type ReactNode, useEffect, useState } from "react";
import type { StaffServerMessage } from "../../lab-server/staff/wire.ts";
import { LinkFailed, LinkNotice } from "../classroom/link-notice.tsx";
import { StaffConnection } from "../classroom/staff-connection.ts";
import { useStaffLink } from "../classroom/use-staff-link.ts";
import { ticketSource } from "../link/tickets.ts";
import { Actions } from "./actions.tsx";
import { Figures } from "./figures.tsx";
import { SandboxTable } from "./sandbox-table.tsx";

export type Operations = Extract<StaffServerMessage, { type: "operations" }>;

/** What the machine does, live, and what an operator can do about it. `children`: what stands below, whatever the lab-server says. */
export function OperatorPage({ ticket, children }: { ticket: string; children: ReactNode }) {
  const { connection, operations } = useOperations(ticket);
  const link = useStaffLink(connection);
  return (
    <>
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <h1 className="flex-1 text-2xl font-semibold tracking-[-0.02em]">Operator</h1>
        {operations && link.state !== "failed" && <Actions connection={connection} operations={operations} />}
      </div>
      <div className="mt-4 space-y-8">
        {link.state === "failed" ? (
          <LinkFailed link={link} connection={connection} />
        ) : (
          <>
            <LinkNotice link={link} connection={connection} />
            {operations === undefined ? (
              <p role="status" className="search-wait py-10 text-muted-foreground">
                Connecting to the lab-server…
              </p>
            ) : (
              <div className={link.state === "open" ? "space-y-8" : "space-y-8 opacity-60 saturate-50"}>
                <Figures operations={operations} />
                <SandboxTable connection={connection} operations={operations} />
              </div>
            )}
          </>
        )}
        {children}
      </div>
    </>
  );
}

function useOperations(ticket: string) {
  // Next renders the page again and again; the connection asks for its later tickets itself.
  const [first] = useState(ticket);
  const [connection, setConnection] = useState<StaffConnection>();
  const [operations, setOperations] = useState<Operations>();
  useEffect(() => {
    const opened = new StaffConnection({
      ticket: ticketSource("/api/staff-ticket", { operator: true }, first),
      onNews: (news) => {
        if (news.type === "operations") setOperations(news);
      },
    });
    opened.connect();
    setConnection(opened);
    return () => opened.dispose();
  }, [first]);
  return { connection, operations };
}
