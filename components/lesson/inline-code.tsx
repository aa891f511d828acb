import { Word } from "./word.tsx";

/** One line of text with what stands between backticks set as code: titles, questions, messages. */
export function InlineCode({ text }: { text: string }) {
  // biome-ignore lint/suspicious/noArrayIndexKey: parts of one fixed text
  return text.split("`").map((part, index) => (index % 2 === 1 ? <Word key={index}>{part}</Word> : part));
}
