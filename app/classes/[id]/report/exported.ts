/** The report of a class as a file that is saved. */
import { recordAudit } from "../../../../classroom/audit.ts";
import type { ExportedClass } from "../../../../classroom/class-export.ts";
import { actorOf } from "../../../../classroom/classes.ts";
import { classReport } from "../../../../classroom/report.ts";
import { database } from "../../../database.ts";
import { demandClass } from "../../class-access.ts";
import { reportedLessons } from "../../reported-lessons.ts";

type Format = { extension: "csv" | "json"; type: string; write: (exported: ExportedClass) => string };

/** The class's report in a format, for one who teaches it; that it was taken is kept. */
export async function exportedClass(id: string, { extension, type, write }: Format): Promise<Response> {
  const { account, taught } = await demandClass(id);
  const db = await database();
  const report = await classReport(db, taught.id);
  const body = write({ name: taught.name, report, lessons: await reportedLessons(report.lessons) });
  await recordAudit(db, actorOf(account), "class.export", { class: taught.id, details: { format: extension } });
  return new Response(body, {
    headers: {
      "content-type": `${type}; charset=utf-8`,
      "content-disposition": `attachment; filename="${fileName(taught.name)}.${extension}"`,
      "cache-control": "private, no-store",
    },
  });
}

/** Every system takes these characters in a file's name, and headers too. */
function fileName(name: string): string {
  const plain = name
    .normalize("NFKD")
    .replaceAll(/\p{M}/gu, "")
    .replaceAll(/[^A-Za-z0-9]+/g, "-")
    .replaceAll(/^-|-$/g, "");
  return `${plain || "class"}-${new Date().toISOString().slice(0, 10)}`;
}
