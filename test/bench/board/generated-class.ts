/** A class that exists only on the wire: as many learners as one likes, who go on with their tasks, fail checks and raise hands. */
import type { BoardCell, BoardLearner, BoardLesson, StaffServerMessage } from "../../../lab-server/staff/wire.ts";

const MINUTE = 60_000;
const FIRST = [
  "Ada",
  "Grace",
  "Linus",
  "Radia",
  "Ken",
  "Barbara",
  "Dennis",
  "Margaret",
  "Edsger",
  "Frances",
  "Alan",
  "Hedy",
  "Donald",
  "Karen",
  "Tim",
  "Anita",
  "Niklaus",
  "Sophie",
  "Bjarne",
  "Katherine",
  "Vint",
  "Mary",
  "Guido",
  "Joan",
];
const LAST = [
  "Okafor",
  "Lindqvist",
  "Hernández",
  "Nakamura",
  "Fischer",
  "Kowalski",
  "Patel",
  "O’Brien",
  "Yılmaz",
  "Dubois",
  "Rossi",
  "Novák",
  "Van der Meer",
  "Silva",
  "Haddad",
  "Ivanova",
  "Mwangi",
  "Johansson",
  "Tran",
  "Bianchi",
];
const REASONS = [
  "There is no cgroup called demo yet.",
  "memory.max is 104857600, and 50 MiB is 52428800.",
  "The process with PID 412 is still in the host's PID namespace.",
  "/root/jail/bin/sh is not there: a shell inside the jail needs its own copy.",
  "The overlay is mounted, but upperdir and workdir are on different file systems.",
];

export type GeneratedClass = {
  board: () => Extract<StaffServerMessage, { type: "board" }>;
  /** One learner goes on, as a change. */
  goOn: () => Extract<StaffServerMessage, { type: "board.change" }>;
};

/** A class of `size` learners with a lesson of `tasks` tasks. The same `seed` makes the same class. */
export function generatedClass(size: number, tasks: number, seed = 7): GeneratedClass {
  const chance = randomFrom(seed);
  const pick = <T>(list: readonly [T, ...T[]] | readonly T[]): T => {
    const item = list[Math.floor(chance() * list.length)];
    if (item === undefined) throw new Error("There is nothing to pick from.");
    return item;
  };
  const lessons = [
    lesson("cgroups", "Control groups", tasks, true),
    lesson("namespaces", "Namespaces", 14, true),
    lesson("chroot", "Changing the root", 9, false),
  ];
  const [present] = lessons;
  if (present === undefined) throw new Error("The class has no lesson.");
  const learners = Array.from({ length: size }, (_, index) => learner(index));

  function learner(index: number): BoardLearner {
    const now = Date.now();
    const reached = Math.min(tasks, Math.floor(tasks * (0.25 + 0.45 * chance() + 0.35 * chance() * chance())));
    const isHere = chance() < 0.88;
    const isIdle = chance() < 0.08;
    const cells: Record<string, BoardCell> = {};
    for (const { id } of present?.tasks.slice(0, reached) ?? []) if (chance() < 0.97) cells[id] = doneCell(now);
    const step = present?.tasks.find(({ id }) => cells[id] === undefined)?.id ?? null;
    const failed = chance() < 0.5 ? 0 : Math.floor(chance() * 4.2);
    if (step !== null)
      cells[step] = {
        activeMs: Math.floor(chance() * chance() * 13 * MINUTE),
        failed,
        hints: chance() < 0.2 ? 1 : 0,
        solution: false,
      };
    const name = `${FIRST[index % FIRST.length]} ${LAST[(index * 7 + Math.floor(index / FIRST.length)) % LAST.length]}`;
    return {
      learner: `learner-${String(index).padStart(6, "0")}`,
      name,
      cells: { cgroups: cells },
      now: isHere
        ? {
            lesson: "cgroups",
            step,
            stepSince: now - 5 * MINUTE,
            activeAt: isIdle ? now - (4 + 5 * chance()) * MINUTE : now - 20_000 * chance(),
            ...(step !== null && failed > 0 ? { reason: pick(REASONS) } : {}),
            sandbox: String(index).padStart(16, "0"),
            endsAt: now + 50 * MINUTE,
            helpers: [],
          }
        : null,
      hand: isHere && step !== null && chance() < (size > 100 ? 0.015 : 0.08) ? now - Math.floor(6 * chance() * MINUTE) : null,
      seenAt: isHere || chance() < 0.8 ? now - Math.floor(40 * chance() * MINUTE) : null,
    };
  }

  function doneCell(now: number): BoardCell {
    const help = chance();
    return {
      doneAt: now - Math.floor(30 * chance() * MINUTE),
      activeMs: Math.floor((1 + 5 * chance()) * MINUTE),
      failed: Math.floor(chance() * 3),
      hints: help < 0.14 ? 1 : 0,
      solution: help > 0.94,
    };
  }

  /** Does the task before them, fails at it, or raises a hand. */
  function goOn(): BoardLearner {
    const index = Math.floor(chance() * learners.length);
    const before = learners[index];
    if (before === undefined) throw new Error("The class has no learners.");
    const now = Date.now();
    const step = before.now?.step;
    const where = before.now && { ...before.now, activeAt: now };
    let after: BoardLearner = { ...before, now: where };
    const cells = before.cells.cgroups ?? {};
    if (where && step) {
      const cell = cells[step] ?? { activeMs: 0, failed: 0, hints: 0, solution: false };
      const what = chance();
      if (what < 0.5) {
        const next = { ...cells, [step]: { ...cell, doneAt: now } };
        const following = present?.tasks.find(({ id }) => next[id]?.doneAt === undefined)?.id ?? null;
        const { reason: _, ...rest } = where;
        after = {
          ...before,
          cells: { ...before.cells, cgroups: next },
          hand: null,
          now: { ...rest, step: following, stepSince: now },
        };
      } else if (what < 0.97) {
        const failed = { ...cell, failed: cell.failed + 1, activeMs: cell.activeMs + 20_000 };
        after = {
          ...before,
          cells: { ...before.cells, cgroups: { ...cells, [step]: failed } },
          now: { ...where, reason: pick(REASONS) },
        };
      } else after = { ...before, hand: before.hand === null ? now : null };
    }
    learners[index] = after;
    return after;
  }

  return {
    board: () => ({
      type: "board",
      at: Date.now(),
      name: "Operating systems, group B",
      lessons,
      learners: [...learners],
      demonstration: null,
    }),
    goOn: () => ({ type: "board.change", at: Date.now(), learners: [goOn()], gone: [] }),
  };
}

const TITLES = [
  "Look at your own groups",
  "Make a group",
  "Move a shell into it",
  "Cap the group at 50 MiB",
  "See the kernel kill",
  "Read what was killed",
  "Give it half a CPU",
  "Watch it being throttled",
  "Freeze it",
  "Thaw it",
  "Limit its processes",
  "Clean up after yourself",
  "Nest one group in another",
  "Delegate a group",
];

function lesson(slug: string, title: string, tasks: number, open: boolean): BoardLesson {
  const list = Array.from({ length: tasks }, (_, index) => ({
    id: `task-${index}`,
    title: TITLES[index % TITLES.length] ?? "Go on",
  }));
  return { slug, title, tasks: list, open, step: null, dueAt: null };
}

/** Numbers from 0 to 1 that look like chance and are always the same (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
