/** Learners and roster in one list. */

export type Member = { learner: string; name: string; joinedAt: number; removedAt: number | null };
export type RosterEntry = { id: string; name: string; email: string | null; reference: string | null; learner: string | null };

/** Somebody who is in the class, or on its roster, or both. */
export type Person = { key: string; name: string; member: Member | undefined; entry: RosterEntry | undefined };

/** Everyone by name: those in the class under the name that they have there. Who was taken out is not among them. */
export function peopleOf(members: readonly Member[], roster: readonly RosterEntry[]): Person[] {
  const present = new Map(members.filter(({ removedAt }) => removedAt === null).map((member) => [member.learner, member]));
  const entries = new Map(roster.flatMap((entry) => (entry.learner === null ? [] : [[entry.learner, entry] as const])));
  const people: Person[] = [...present.values()].map((member) => {
    return { key: member.learner, name: member.name, member, entry: entries.get(member.learner) };
  });
  for (const entry of roster)
    if (entry.learner === null || !present.has(entry.learner))
      people.push({ key: entry.id, name: entry.name, member: undefined, entry });
  const collator = new Intl.Collator("en");
  return people.sort((a, b) => collator.compare(a.name, b.name));
}

/** Whether what is written in the search field is in something that is known of the person. */
export function isFound({ name, entry }: Person, search: string): boolean {
  const text = search.trim().toLowerCase();
  return [name, entry?.name, entry?.email, entry?.reference].some((known) => known?.toLowerCase().includes(text));
}
