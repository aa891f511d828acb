"use client";
import { FileJson, FileSpreadsheet, Printer } from "lucide-react";
import { Button } from "../../ui/button.tsx";

/** The report for other programs, and on paper. */
export function ExportLinks({ id }: { id: string }) {
  const base = `/classes/${id}/report`;
  return (
    <div className="no-print flex flex-wrap gap-2">
      <Button asChild size="small">
        <a href={`${base}/report.csv`} download>
          <FileSpreadsheet size={15} aria-hidden /> CSV
        </a>
      </Button>
      <Button asChild size="small">
        <a href={`${base}/report.csv?for=excel`} download>
          <FileSpreadsheet size={15} aria-hidden /> CSV for Excel
        </a>
      </Button>
      <Button asChild size="small">
        <a href={`${base}/report.json`} download>
          <FileJson size={15} aria-hidden /> JSON
        </a>
      </Button>
      <Button size="small" onClick={() => window.print()}>
        <Printer size={15} aria-hidden /> Print
      </Button>
    </div>
  );
}
