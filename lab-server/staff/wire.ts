/**
 * The wire between staff pages (an instructor's board, the operator's page) and the lab-server: one WebSocket a page at `/lab/staff`, JSON
 * text frames both ways. A browser may import it.
 *
 * The page says `hello` with a staff ticket. With a board's ticket it hears `board`, then `board.change`; with an operator's `operations`,
 * again and again. What it asks for carries an `id` and is answered by `done` or `error` of that id.
 */
import * as z from "zod/mini";
import { ErrorCode, MAX_COMMAND, MAX_MESSAGE, MAX_TERMINALS } from "../protocol.ts";

export const STAFF_PROTOCOL_VERSION = 1;
/** The path at the site's origin that is forwarded to the lab-server. */
export const STAFF_SOCKET_PATH = "/lab/staff";
/** Most learners that one message is addressed to by name. */
const MOST_ADDRESSEES = 1_000;

const requestId = z.int().check(z.gte(0));
const learnerId = z.string().check(z.regex(/^[A-Za-z0-9_-]{8,64}$/));
const slug = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/));
const sandboxId = z.string().check(z.regex(/^[0-9a-f]{16}$/));
const message = z.string().check(z.minLength(1), z.maxLength(MAX_MESSAGE));

export const StaffClientMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("hello"),
    protocol: z.literal(STAFF_PROTOCOL_VERSION),
    ticket: z.string().check(z.maxLength(4096)),
  }),
  z.object({ type: z.literal("ping") }),

  // With a board's ticket.
  /** Words, and perhaps a command, for all who are there or for those named. */
  z.object({
    type: z.literal("message"),
    id: requestId,
    to: z.union([z.literal("all"), z.array(learnerId).check(z.minLength(1), z.maxLength(MOST_ADDRESSEES))]),
    text: message,
    command: z.optional(z.string().check(z.minLength(1), z.maxLength(MAX_COMMAND))),
  }),
  /** The learner has been helped: their hand goes down. */
  z.object({ type: z.literal("hand.lower"), id: requestId, learner: learnerId }),
  /** A fresh sandbox for a learner. */
  z.object({ type: z.literal("reset"), id: requestId, learner: learnerId, lesson: slug }),
  /** More time for a learner. */
  z.object({ type: z.literal("extend"), id: requestId, learner: learnerId, lesson: slug }),
  /** Show a terminal of the instructor's own sandbox to the class. It must run. */
  z.object({
    type: z.literal("demonstration.start"),
    id: requestId,
    lesson: slug,
    terminal: z.int().check(z.gte(1), z.lte(MAX_TERMINALS)),
  }),
  z.object({ type: z.literal("demonstration.stop"), id: requestId }),
  /** How the class fares with the tasks of a lesson; answered by `statistics`. */
  z.object({ type: z.literal("statistics"), id: requestId, lesson: slug }),

  // With an operator's ticket.
  z.object({ type: z.literal("sandbox.end"), id: requestId, sandbox: sandboxId }),
  z.object({ type: z.literal("sandbox.end-all"), id: requestId }),
  /** Words for every open lab page. */
  z.object({ type: z.literal("broadcast"), id: requestId, text: message }),
  /** No new sandboxes; the lab-server ends with the last one. Cannot be taken back. */
  z.object({ type: z.literal("drain"), id: requestId }),
]);
export type StaffClientMessage = z.infer<typeof StaffClientMessage>;

/** A lesson of the class. */
export const BoardLesson = z.object({
  slug: z.string(),
  title: z.string(),
  tasks: z.array(z.object({ id: z.string(), title: z.string() })),
  open: z.boolean(),
  /** How many of its tasks are open; null where all are. */
  step: z.nullable(z.int()),
  /** Milliseconds since the epoch. */
  dueAt: z.nullable(z.number()),
});
export type BoardLesson = z.infer<typeof BoardLesson>;

/** What a learner did for one task. Left out where they have not begun it. Times are milliseconds since the epoch. */
export const BoardCell = z.object({
  doneAt: z.optional(z.number()),
  /** Milliseconds that they were active in it. */
  activeMs: z.number(),
  /** How often its check gave another reason. */
  failed: z.int(),
  hints: z.int(),
  solution: z.boolean(),
});
export type BoardCell = z.infer<typeof BoardCell>;

/** A row of the board. Times are milliseconds since the epoch. */
export const BoardLearner = z.object({
  learner: learnerId,
  name: z.string(),
  /** By lesson, then by task. */
  cells: z.record(z.string(), z.record(z.string(), BoardCell)),
  /** What they have open, the page that was used last; null where no page is. */
  now: z.nullable(
    z.object({
      lesson: z.string(),
      /** The task before them: what their page says, or the first that is not done. Null: all are done. */
      step: z.nullable(z.string()),
      stepSince: z.number(),
      /** The last sign of them: a key, a button. */
      activeAt: z.number(),
      /** Why the step is not done, as its check says. */
      reason: z.optional(z.string()),
      sandbox: z.nullable(z.string()),
      /** When the sandbox ends at the latest. */
      endsAt: z.nullable(z.number()),
      /** Names of those who look at the learner's terminal. */
      helpers: z.array(z.string()),
    }),
  ),
  /** When they raised their hand; null where it is down. */
  hand: z.nullable(z.number()),
  /** When they were last here; null: never. */
  seenAt: z.nullable(z.number()),
});
export type BoardLearner = z.infer<typeof BoardLearner>;

/** One task of the whole class. */
export const TaskStatistics = z.object({
  task: z.string(),
  /** Learners who began it, did it, are at it now, and began it but have left without doing it. */
  begun: z.int(),
  done: z.int(),
  working: z.int(),
  gaveUp: z.int(),
  /** Of those who did it: milliseconds active in it; null where nobody did. */
  medianMs: z.nullable(z.number()),
  slowestMs: z.nullable(z.number()),
  /** Learners who opened a hint, or the solution. */
  hints: z.int(),
  solutions: z.int(),
  /** Reasons that its check gives most, with the number of learners who have it now or had it last. */
  reasons: z.array(z.object({ reason: z.string(), learners: z.int() })),
});
export type TaskStatistics = z.infer<typeof TaskStatistics>;

/** A sandbox as the operator sees it. Memory in bytes, times in milliseconds since the epoch. */
export const OperatedSandbox = z.object({
  id: z.string(),
  learner: z.string(),
  /** The account's or the membership's name; null: somebody without a name. */
  name: z.nullable(z.string()),
  lesson: z.string(),
  lessonTitle: z.string(),
  createdAt: z.number(),
  activeAt: z.number(),
  endsAt: z.number(),
  pages: z.int(),
  memory: z.nullable(z.number()),
  /** Share of one CPU since the last look, 1 being all of it. */
  cpu: z.nullable(z.number()),
});
export type OperatedSandbox = z.infer<typeof OperatedSandbox>;

export const StaffServerMessage = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("board"),
    at: z.number(),
    name: z.string(),
    lessons: z.array(BoardLesson),
    learners: z.array(BoardLearner),
    demonstration: z.nullable(z.object({ from: z.string() })),
  }),
  /** Rows that changed or are new, whole, and learners who are gone. What is left out is as it was. */
  z.object({
    type: z.literal("board.change"),
    at: z.number(),
    learners: z.array(BoardLearner),
    gone: z.array(learnerId),
    lessons: z.optional(z.array(BoardLesson)),
    demonstration: z.optional(z.nullable(z.object({ from: z.string() }))),
  }),
  z.object({ type: z.literal("statistics"), id: requestId, lesson: z.string(), tasks: z.array(TaskStatistics) }),
  z.object({
    type: z.literal("operations"),
    at: z.number(),
    sandboxes: z.array(OperatedSandbox),
    /** Most sandboxes at once, those that are being made for learners who wait, and those that are ready for the next. */
    capacity: z.int(),
    making: z.int(),
    pooled: z.int(),
    /** Learners who were turned away because the server was full, in the last ten minutes. */
    turnedAway: z.int(),
    pages: z.int(),
    draining: z.boolean(),
    /** Most memory of one sandbox, bytes. */
    memoryLimit: z.number(),
    host: z.object({
      cpus: z.int(),
      /** Load average of one minute. */
      load: z.number(),
      memory: z.object({ total: z.number(), available: z.number() }),
    }),
  }),
  /** `reached`: how many learners have a page open that was told, where somebody was. */
  z.object({ type: z.literal("done"), id: requestId, reached: z.optional(z.int()) }),
  z.object({ type: z.literal("pong") }),
  /** Fatal ones close the socket, and connecting again by itself will not help. With `id`: what was asked for by it. */
  z.object({
    type: z.literal("error"),
    code: ErrorCode,
    message: z.string(),
    fatal: z.boolean(),
    id: z.optional(requestId),
  }),
]);
export type StaffServerMessage = z.infer<typeof StaffServerMessage>;
