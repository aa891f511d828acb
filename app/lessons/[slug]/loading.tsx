import { Wordmark } from "../../../components/ui/wordmark.tsx";

/** The lab's outline while the lesson is on its way. */
export default function Loading() {
  return (
    <div className="flex h-dvh flex-col" aria-busy="true">
      <div className="flex h-12 items-center border-b border-border px-4 text-sm text-muted-foreground">
        <Wordmark />
      </div>
      <div className="grid flex-1 md:grid-cols-[52fr_48fr]">
        <p role="status" className="px-8 pt-10 text-muted-foreground">
          Opening the lesson
        </p>
        <div className="border-l border-border-strong bg-terminal max-md:hidden" />
      </div>
    </div>
  );
}
