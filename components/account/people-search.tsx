import { Search } from "lucide-react";
import { Button } from "../ui/button.tsx";

/** Narrows the list of people. An ordinary form: its address can be kept. */
export function PeopleSearch({ search, role }: { search: string; role: string | undefined }) {
  return (
    <search className="mt-8 mb-4 block">
      <form className="flex flex-wrap gap-2">
        <label className="relative flex-1 max-md:basis-full md:max-w-80">
          <span className="sr-only">Name or e-mail address</span>
          <Search size={15} aria-hidden className="absolute top-1/2 left-3 -translate-y-1/2 text-muted-foreground" />
          <input
            name="q"
            type="search"
            defaultValue={search}
            placeholder="Name or e-mail address"
            maxLength={100}
            className="h-9 w-full rounded-md border border-border-strong bg-surface pr-3 pl-9 text-sm placeholder:text-muted-foreground"
          />
        </label>
        <select
          name="role"
          aria-label="Role"
          defaultValue={role ?? ""}
          className="h-9 max-md:flex-1 rounded-md border border-border-strong bg-surface px-2.5 text-sm"
        >
          <option value="">All roles</option>
          <option value="learner">Learners</option>
          <option value="instructor">Instructors</option>
          <option value="operator">Operators</option>
        </select>
        <Button type="submit">Search</Button>
      </form>
    </search>
  );
}
