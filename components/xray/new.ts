/** What is new in a picture. */

/** How long something is new, milliseconds. */
export const NEW_FOR = 4000;

/** Whether something that began at a moment is new at another. */
export function isNew(since: number | null, now: number): boolean {
  return since !== null && now - since < NEW_FOR;
}
