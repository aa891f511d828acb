import type { Hit } from "./answer.ts";

/** A text with what was found in it marked. */
export function Marked({ text }: { text: Hit["title"] }) {
  return text.map(({ text, match }, index) =>
    match ? (
      // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
      <mark key={index} className="rounded-[2px] bg-accent/18 font-medium text-foreground">
        {text}
      </mark>
    ) : (
      text
    ),
  );
}
