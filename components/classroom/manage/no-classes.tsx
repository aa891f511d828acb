import Link from "next/link";
import { Button } from "../../ui/button.tsx";

const STEPS = [
  { title: "Make a class", text: "Give it a name and choose its lessons. Two minutes, and everything can be changed later." },
  {
    title: "Bring learners in",
    text: "Show the code on the wall or send the link. They need a name, and an account only if you say so.",
  },
  {
    title: "Teach",
    text: "Open lessons when the class is there, watch the board fill, and help in the terminal of whoever is stuck.",
  },
] as const;

/** For an instructor without a class: how to begin. */
export function NoClasses() {
  return (
    <div className="rounded-lg border border-border-strong bg-surface p-6 md:p-8">
      <p className="text-lg font-semibold tracking-[-0.012em]">You teach no class yet</p>
      <ol className="mt-5 grid gap-6 md:grid-cols-3 md:gap-8">
        {STEPS.map(({ title, text }, index) => (
          <li key={title} className="flex gap-3.5 md:block">
            <span className="font-mono text-sm text-accent tabular-nums">{index + 1}</span>
            <div className="md:mt-1.5">
              <p className="font-medium">{title}</p>
              <p className="mt-1 text-sm text-muted-foreground">{text}</p>
            </div>
          </li>
        ))}
      </ol>
      <div className="mt-7 flex flex-wrap gap-2">
        <Button asChild look="primary">
          <Link href="/classes/new">Make the first class</Link>
        </Button>
        <Button asChild look="quiet">
          <Link href="/docs/teach">How teaching with Unboxed works</Link>
        </Button>
      </div>
    </div>
  );
}
