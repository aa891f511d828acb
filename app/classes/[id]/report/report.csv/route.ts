import { toCsv } from "../../../../../classroom/class-export.ts";
import { exportedClass } from "../exported.ts";

type Context = { params: Promise<{ id: string }> };

/** The class's report as CSV; with `?for=excel` marked so that Excel reads it as UTF-8. */
export async function GET(request: Request, { params }: Context): Promise<Response> {
  const bom = new URL(request.url).searchParams.get("for") === "excel";
  return exportedClass((await params).id, { extension: "csv", type: "text/csv", write: (exported) => toCsv(exported, { bom }) });
}
