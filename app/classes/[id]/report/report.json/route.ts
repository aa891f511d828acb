import { toJson } from "../../../../../classroom/class-export.ts";
import { exportedClass } from "../exported.ts";

type Context = { params: Promise<{ id: string }> };

/** The class's report as JSON, task by task. */
export async function GET(_: Request, { params }: Context): Promise<Response> {
  return exportedClass((await params).id, { extension: "json", type: "application/json", write: toJson });
}
