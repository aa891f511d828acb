/** Keeps what did not change: a part of the picture that says the same as before is the same object, and is not drawn again. */
import type { Box, Item } from "./layout.ts";

/** The parts of the last picture by name. */
export type Known = ReadonlyMap<string, Item>;

export function shareBoxes(boxes: readonly Box[], known: Known): { boxes: Item[]; known: Known } {
  const next = new Map<string, Item>();
  return { boxes: boxes.map((box) => share(box, known, next)), known: next };
}

function share(item: Item, known: Known, next: Map<string, Item>): Item {
  const after = "items" in item ? { ...item, items: item.items.map((inner) => share(inner, known, next)) } : item;
  const name = `${item.kind} ${item.kind === "process" ? item.process.pid : item.id}`;
  const before = known.get(name);
  const result = before && isSame(before, after) ? before : after;
  next.set(name, result);
  return result;
}

function isSame(before: Item, after: Item): boolean {
  const old: Readonly<Record<string, unknown>> = before;
  return Object.entries(after).every(([key, value]) => value === old[key] || areSame(old[key], value));
}

function areSame(before: unknown, after: unknown): boolean {
  return (
    Array.isArray(before) &&
    Array.isArray(after) &&
    before.length === after.length &&
    before.every((value, index) => value === after[index])
  );
}
