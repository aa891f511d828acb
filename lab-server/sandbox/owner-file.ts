/**
 * Who a sandbox belongs to, written beside it so that a lab-server that starts again finds its sandboxes. A sandbox
 * without the file is nobody's: kept ready in the pool, or left half-made by a crash.
 */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";

const OwnerRecord = z.object({
  learner: z.string(),
  lesson: z.string(),
  lessonTitle: z.string(),
  /** As in Life. A sandbox ends with the machine at the latest, and so does this clock. */
  life: z.object({ createdAt: z.number(), endsAt: z.number() }),
});
export type OwnerRecord = z.infer<typeof OwnerRecord>;

/** Writes the record whole or not at all: rename(2) is atomic. The driver made the folder, and removes it with the sandbox. */
export async function writeOwner(runFolder: string, id: string, record: OwnerRecord): Promise<void> {
  const file = ownerFile(runFolder, id);
  await writeFile(`${file}.new`, JSON.stringify(record), { mode: 0o600 });
  await rename(`${file}.new`, file);
}

/** Undefined where there is no record, or one that cannot be understood. */
export async function readOwner(runFolder: string, id: string): Promise<OwnerRecord | undefined> {
  let text: string;
  try {
    text = await readFile(ownerFile(runFolder, id), "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw error;
  }
  const parsed = OwnerRecord.safeParse(parseJson(text));
  return parsed.success ? parsed.data : undefined;
}

/** From now on the sandbox is nobody's. Said before it is destroyed, so that a crash half-way does not bring it back. */
export async function removeOwner(runFolder: string, id: string): Promise<void> {
  await rm(ownerFile(runFolder, id), { force: true });
}

function ownerFile(runFolder: string, id: string): string {
  return join(runFolder, id, "owner.json");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
