"use client";
import { useRouter } from "next/navigation";
import { useTransition } from "react";

/** Of which class the log is shown. */
export function ClassFilter({ of, classes }: { of: string | undefined; classes: readonly { id: string; name: string }[] }) {
  const router = useRouter();
  const [pending, start] = useTransition();
  return (
    <label className="flex items-center gap-2 text-[0.8125rem] text-muted-foreground" aria-busy={pending}>
      Class
      <select
        value={of ?? ""}
        onChange={({ currentTarget: { value } }) =>
          start(() => router.push(value === "" ? "/operator" : `/operator?class=${encodeURIComponent(value)}`, { scroll: false }))
        }
        className="h-8 max-w-60 rounded-md border border-border-strong bg-surface px-2 text-[0.8125rem] text-foreground"
      >
        <option value="">All</option>
        {classes.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
