/**
 * A class of a hundred at work while its board is open: from a task's tick at the learner's page to the instructor's board, and what the
 * servers need for it. Every learner is a page with a socket of its own, through the site. As many as the machine holds have real sandboxes;
 * the others' are stand-ins (learners/stand-in/driver.ts) behind the same lab-server, which keeps their sessions, checks, ticks and
 * progress as those of the rest.
 */
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { WebSocket } from "ws";
import { chooseLessons } from "../../classroom/class-lessons.ts";
import { type Class, createClass } from "../../classroom/classes.ts";
import { openDatabase } from "../../classroom/database.ts";
import { joinClass } from "../../classroom/members.ts";
import { signTicket } from "../../classroom/ticket.ts";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { loadLesson } from "../../curriculum/library.ts";
import {
  STAFF_PROTOCOL_VERSION,
  STAFF_SOCKET_PATH,
  type StaffClientMessage,
  StaffServerMessage,
} from "../../lab-server/staff/wire.ts";
import { patiently } from "../lab/harness.ts";
import { person } from "../lab/school.ts";
import { House } from "./learners/house.ts";
import { describeMachine, used } from "./learners/machine.ts";
import type { LearnerPage } from "./learners/page.ts";
import { play } from "./learners/player.ts";

const LEARNERS = 100;
const REAL = 8 * availableParallelism();
const TASKS = 10;
const LESSON = "tasks";
/** How many times faster than a person: there are as many ticks as from that many times more learners. */
const PACE = 15;
/** Learners that come at the same moment. */
const AT_ONCE = 10;
/** Milliseconds: until the board has what is still on its way. */
const SETTLE = 3_000;
/** Milliseconds from the tick at the learner's page to the board. */
const GOAL = 1_000;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  console.error(`    ${describeMachine()}`);
  await using house = await House.open({
    lessons: { [LESSON]: lessonText() },
    env: {
      NODE_OPTIONS: `--import=${join(import.meta.dirname, "learners/stand-in/hook.ts")}`,
      UNBOXED_BENCH_REAL: String(REAL),
      UNBOXED_MAX_SANDBOXES: String(LEARNERS),
    },
  });
  const learners = Array.from({ length: LEARNERS }, (_, index) => `learner-number-${index}`);
  const { teacher, taught } = await makeClass(house, learners);
  const ticket = {
    kind: "board",
    class: taught.id,
    account: teacher.id,
    name: teacher.name,
    learner: "learner-teacher",
  } as const;
  const board = await Board.open(house, await signTicket(ticket, new TextEncoder().encode(house.lab.secret)));
  const lesson = await loadLesson(join(house.lab.stateFolder, "lessons"), LESSON);
  const pages = new Map<string, LearnerPage>();
  /** When each tick came, at the learner's page. */
  const ticked = new Map<string, number>();
  try {
    for (let first = 0; first < LEARNERS; first += AT_ONCE)
      await Promise.all(
        learners.slice(first, first + AT_ONCE).map(async (learner) => {
          const page = await house.enter(learner, LESSON);
          page.onTick = (task, at) => ticked.set(`${learner}/${task}`, at);
          pages.set(learner, page);
        }),
      );
    await sleep(SETTLE);
    const [begun, begunUsed] = [house.cost, used()];
    await Promise.all([...pages.values()].map((page) => play(page, { lesson, pace: PACE, random: Math.random })));
    const [ended, endedUsed] = [house.cost, used()];
    await sleep(SETTLE);
    const seconds = (endedUsed.at - begunUsed.at) / 1000;
    const now = performance.now();
    const late = [...ticked].map(([tick, at]) => Math.max(0, (board.ticks.get(tick) ?? now) - at));
    const unseen = [...ticked.keys()].filter((tick) => !board.ticks.has(tick)).length;
    const share = (part: "lab" | "site" | "sandboxes") => ((ended.cpu[part] - begun.cpu[part]) / seconds) * 100;
    const product = (share("lab") + share("site") + share("sandboxes")) / 100;
    const others = (endedUsed.machine - begunUsed.machine - (endedUsed.bench - begunUsed.bench)) / seconds - product;
    const who = `${LEARNERS} learners, ${REAL} of them in real sandboxes`;
    const row = (name: string, unit: string, value: number) => ({ name: `${who}: ${name}`, unit, value });
    return [
      row("tick to board, p50", "ms", quantile(late, 0.5)),
      under(GOAL, row("tick to board, p99", "ms", quantile(late, 0.99))),
      row("ticks", "a second", ticked.size / seconds),
      row("ticks that the board did not show", "", unseen),
      row("changes that the board was sent", "a second", board.changes / seconds),
      row("the lab-server's CPU, with the checks in real sandboxes", "% of a core", share("lab")),
      row("the site's CPU", "% of a core", share("site")),
      row("CPU of the real sandboxes", "% of a core", share("sandboxes")),
      row("the lab-server's memory", "MB", ended.memory.lab),
      row("the site's memory", "MB", ended.memory.site),
      { name: "CPU of other programs meanwhile", unit: "% of a core", value: Math.max(0, others * 100) },
    ];
  } finally {
    board.close();
    for (const page of pages.values()) page[Symbol.dispose]();
  }
}

async function makeClass(house: House, learners: readonly string[]) {
  const db = await openDatabase(join(house.lab.stateFolder, "database/unboxed.sqlite"));
  try {
    const teacher = await person(db, "teacher", "instructor");
    const taught: Class = await createClass(db, teacher, {
      name: "A hundred learners",
      needsAccount: false,
      records: false,
      retentionDays: 30,
    });
    await chooseLessons(db, { account: teacher.id, name: teacher.name }, taught.id, [LESSON], { open: true });
    for (const [index, learner] of learners.entries()) await joinClass(db, { class: taught, learner, name: `Learner ${index}` });
    return { teacher, taught };
  } finally {
    await db.destroy();
  }
}

/** The instructor's page: notes when each tick shows. */
class Board {
  /** By learner and task, by the clock of performance.now. */
  readonly ticks = new Map<string, number>();
  changes = 0;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  static async open({ site, origin }: House, ticket: string): Promise<Board> {
    const socket = new WebSocket(`${site.url}${STAFF_SOCKET_PATH}`, { origin, perMessageDeflate: false });
    const board = new Board(socket);
    const shown = Promise.withResolvers<void>();
    socket.on("error", shown.reject);
    socket.on("message", (data) => {
      const now = performance.now();
      const message = StaffServerMessage.parse(JSON.parse(String(data)));
      if (message.type === "error") shown.reject(new Error(message.message));
      else if (message.type === "board") shown.resolve();
      else if (message.type === "board.change") board.#note(message.learners, now);
    });
    await once(socket, "open");
    socket.send(JSON.stringify({ type: "hello", protocol: STAFF_PROTOCOL_VERSION, ticket } satisfies StaffClientMessage));
    await patiently("the board", shown.promise);
    return board;
  }

  close(): void {
    this.#socket.terminate();
  }

  #note(learners: Extract<StaffServerMessage, { type: "board.change" }>["learners"], now: number): void {
    this.changes += 1;
    for (const { learner, cells } of learners)
      for (const [task, { doneAt }] of Object.entries(cells[LESSON] ?? {})) {
        const tick = `${learner}/${task}`;
        if (doneAt !== undefined && !this.ticks.has(tick)) this.ticks.set(tick, now);
      }
  }
}

function lessonText(): string {
  const tasks = Array.from(
    { length: TASKS },
    (_, task) => `<Task id="task-${task}" title="Task ${task}">
Make the file.

\`\`\`bash check
[ -e /root/done-${task} ] || fail "There is no file /root/done-${task} yet."
\`\`\`

\`\`\`bash solution
touch /root/done-${task}
\`\`\`

<Hint>Use touch.</Hint>
</Task>
`,
  );
  return `---
title: Tasks
summary: For the benchmark.
minutes: 20
order: 1
goals: [test]
---

${tasks.join("\n")}`;
}
