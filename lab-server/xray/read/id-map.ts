/** uid_map and gid_map, user_namespaces(7). */
import { RANGE_SIZE } from "../../sandbox/runc/user-namespace.ts";

export type IdMap = { inside: number; outside: number; length: number }[];

/** Lines of such a file: ids inside, ids outside, how many. Lines that are something else are skipped. */
export function parseIdMap(text: string): IdMap {
  return text.split("\n").flatMap((line) => {
    const [inside, outside, length] = line.trim().split(/\s+/).map(Number);
    if (!isCount(inside) || !isCount(outside) || !isCount(length)) return [];
    return [{ inside, outside, length }];
  });
}

/** What an id is called inside; null where it is not mapped. */
export function insideOf(map: IdMap, outside: number): number | null {
  const range = map.find((each) => outside >= each.outside && outside < each.outside + each.length);
  return range ? range.inside + outside - range.outside : null;
}

/** The map of a sandbox whose first host id is `first`, as the host sees it. */
export function sandboxMap(first: number): IdMap {
  return [{ inside: 0, outside: first, length: RANGE_SIZE }];
}

/** A map as the host sees it, with `outside` as the sandbox counts. Ranges that are not the sandbox's are left out. */
export function seenFrom(sandbox: IdMap, map: IdMap): IdMap {
  return map.flatMap(({ inside, outside, length }) => {
    const ours = insideOf(sandbox, outside);
    return ours === null ? [] : [{ inside, outside: ours, length }];
  });
}

function isCount(value: number | undefined): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= 0;
}
