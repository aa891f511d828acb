/** A roster's file on its way to the site. */
import * as z from "zod/mini";

const Reading = z.object({
  rows: z.array(z.object({ row: z.int(), name: z.string(), email: z.nullable(z.string()), reference: z.nullable(z.string()) })),
  problems: z.array(z.object({ row: z.int(), problem: z.string() })),
  repeated: z.array(z.object({ row: z.int(), of: z.int() })),
  isWestern: z.boolean(),
});
export type Reading = z.infer<typeof Reading>;

const Done = z.object({ added: z.int(), changed: z.int(), same: z.int() });
export type Done = z.infer<typeof Done>;

const Answer = z.object({ reading: Reading, done: z.optional(Done) });
const Refusal = z.object({ message: z.string() });

/** What was read of a file and, once it is kept, what came of it; or why nothing did: a sentence. */
export type ImportAnswer = { reading?: Reading; done?: Done | undefined; problem?: string };

/** Sends a file to be read, and with `keep` to be taken. Never rejects. */
export async function sendRoster(
  href: string,
  file: File,
  { keep, mostBytes }: { keep: boolean; mostBytes: number },
): Promise<ImportAnswer> {
  if (file.size > mostBytes) return { problem: `The file is too long: a roster has at most ${mostBytes / 1024} kB.` };
  try {
    const headers = { "content-type": "text/csv" };
    const response = await fetch(keep ? `${href}?keep` : href, { method: "POST", headers, body: file });
    const body: unknown = await response.json();
    return response.ok ? Answer.parse(body) : { problem: Refusal.parse(body).message };
  } catch (error) {
    console.warn(error);
    return { problem: "The file could not be sent, or the site did not answer. Choose it again." };
  }
}
