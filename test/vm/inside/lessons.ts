import { globSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import type { Job, Row } from "../events.ts";
import { productFolder } from "./product.ts";
import { runProgram } from "./script.ts";

const Proofs = z.object({
  lessons: z.array(
    z.object({
      lesson: z.string(),
      error: z.string().optional(),
      tasks: z.array(
        z.object({
          task: z.string(),
          failsFresh: z.boolean(),
          passes: z.boolean(),
          seconds: z.number(),
          why: z.string().optional(),
        }),
      ),
    }),
  ),
});

/** Every lesson proven by its solutions (`lab test`), a row a task. On this guest they are the v2 variants. */
export async function* lessonRows(
  { only = "" }: Job,
  print: (text: string) => void,
): AsyncGenerator<Omit<Row, "type" | "suite">> {
  const slugs = globSync("lessons/*/lesson.mdx", { cwd: productFolder() })
    .map((file) => basename(dirname(file)))
    .filter((slug) => new RegExp(only).test(slug))
    .sort();
  if (slugs.length === 0) return;
  let json = "";
  const keep = (text: string) => {
    json += text;
  };
  await runProgram([process.execPath, join(productFolder(), "cli/lab.ts"), "test", "--json", ...slugs], keep, print);
  if (json === "") throw new Error("lab test printed no results.");
  for (const { lesson, error, tasks } of Proofs.parse(JSON.parse(json)).lessons) {
    if (error !== undefined) yield { name: lesson, state: "failed", seconds: 0, detail: error };
    for (const { task, failsFresh, passes, seconds, why } of tasks) {
      const row = { name: `${lesson}: ${task}`, seconds };
      if (failsFresh && passes) yield { ...row, state: "passed" };
      else yield { ...row, state: "failed", detail: why ?? (failsFresh ? "its check does not pass" : "its check passes early") };
    }
  }
}
