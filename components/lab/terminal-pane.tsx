"use client";
import type { LabConnection } from "./connection.ts";

export function TerminalPane({ connection }: { connection: LabConnection }) {
  return <div data-link={connection.getSnapshot().link.state} role="region" aria-label="Terminal" className="h-full" />;
}
