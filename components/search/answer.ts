/** What `GET /api/search` answers. */
import * as z from "zod/mini";

const MarkedText = z.readonly(z.array(z.object({ text: z.string(), match: z.boolean() })));

const Hit = z.object({
  kind: z.enum(["lesson", "section", "task", "term"]),
  href: z.string().check(z.regex(/^\/(?!\/)/)),
  title: MarkedText,
  snippet: MarkedText,
});

/** `name` is a lesson's title, or "Glossary", or "Lessons". */
export const Answer = z.object({ groups: z.array(z.object({ name: z.string(), hits: z.array(Hit) })) });

export type Answer = z.infer<typeof Answer>;
export type Hit = z.infer<typeof Hit>;

/** Characters of the longest query. */
export const LONGEST_QUERY = 100;
