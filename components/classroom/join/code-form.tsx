import { ArrowRight } from "lucide-react";
import { Button } from "../../ui/button.tsx";

/** A code of six letters and digits, however it is written. `typed`: what was sent and is no code. */
export function CodeForm({ typed = "" }: { typed?: string }) {
  const isWrong = typed.trim() !== "";
  return (
    <form action="/join" className="mt-6">
      <label htmlFor="code" className="mb-1.5 block text-sm font-medium">
        Code of the class
      </label>
      <div className="flex gap-2">
        <input
          id="code"
          name="code"
          required
          maxLength={16}
          defaultValue={typed.slice(0, 16)}
          autoComplete="off"
          autoCapitalize="characters"
          autoCorrect="off"
          spellCheck={false}
          placeholder="K7M 4QT"
          aria-invalid={isWrong || undefined}
          aria-describedby={isWrong ? "code-problem" : undefined}
          className="h-12 w-full min-w-0 rounded-md border border-border-strong bg-surface px-3.5 font-mono text-xl tracking-[0.08em] uppercase placeholder:text-muted-foreground/70 aria-invalid:border-danger"
        />
        <Button look="primary" type="submit" className="!h-12 !px-4">
          Go on
          <ArrowRight size={17} aria-hidden />
        </Button>
      </div>
      {isWrong && (
        <p id="code-problem" className="mt-2 text-sm text-danger">
          A code has six letters and digits, without vowels, 0 and 1. Look at it once more.
        </p>
      )}
    </form>
  );
}
