/**
 * The wire between the lab page and the lab-server: one WebSocket a page at `/lab/socket`. Terminal bytes travel
 * in binary frames, everything else as JSON text frames. This is the only file of `lab-server/` that a browser may import; the X-ray's facts come along with it.
 *
 * A binary frame, in either direction, is one byte that names the terminal (1 to 255) and then the terminal's
 * bytes, raw. Both sides count those bytes from the terminal's beginning: a count is called an *offset*.
 *
 * A conversation: the page says `hello` with a ticket, hears `preparing` (only if there is a wait), then `welcome`; it
 * says `open` for each terminal that it shows and hears `opened`, then bytes. After a lost connection it does the
 * same again on a new socket and names the offset it got to, so that nothing is lost and nothing comes twice. While the page
 * looks at the X-ray (`xray`), the server sends the facts once (`xray.facts`) and then what changes (`xray.change`).
 */
import * as z from "zod/mini";
import { Change, Facts, RawFile, Reference, Watch, XrayEvent } from "./xray/facts.ts";

export * from "./xray/facts.ts";

export const PROTOCOL_VERSION = 1;
/** The path at the site's origin that is forwarded to the lab-server. */
export const SOCKET_PATH = "/lab/socket";
/** What a request is named by in the logs of the site and of the lab-server (X-Request-Id); another name is replaced. */
export const REQUEST_ID = /^[\w.-]{1,64}$/;
/** Largest frame a client may send, bytes. A longer paste is split by the client. */
export const MAX_CLIENT_FRAME = 64 * 1024;
/** Most terminals in one sandbox. */
export const MAX_TERMINALS = 8;
/** Names the instructor's demonstration in binary frames, which only the server sends. */
export const DEMONSTRATION = 255;
/** Longest message of an instructor or operator, and longest command that they suggest, characters. */
export const MAX_MESSAGE = 2_000;
export const MAX_COMMAND = 1_000;
/**
 * A terminal stops being read when this many bytes are sent and not acknowledged. What is on its way stands before every other learner's
 * echo, so it is little: beside a flood their p99 was 55 ms with four times as much, and 31 ms with this. A page 50 ms away may still be
 * sent 2.5 MB a second.
 */
export const HIGH_WATERMARK = 128 * 1024;
/** Reading goes on when fewer bytes than this are unacknowledged. */
export const LOW_WATERMARK = 96 * 1024;
/** A client acknowledges at the latest after this many bytes that its terminal has really drawn. */
export const ACK_EVERY = 16 * 1024;
/** Most input of one client that may be on its way to a shell, bytes: sent and not yet confirmed by `input`. The client holds back the rest. */
export const INPUT_WINDOW = 256 * 1024;
/** A page that hears nothing for this long sends a `ping`, milliseconds. */
export const PING_AFTER = 15_000;
/** Limits of a terminal's size; a request beyond them is an error, not clamped. */
export const MIN_COLS = 2;
export const MIN_ROWS = 1;
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;

const terminal = z.int().check(z.gte(1), z.lte(MAX_TERMINALS));
const cols = z.int().check(z.gte(MIN_COLS), z.lte(MAX_COLS));
const rows = z.int().check(z.gte(MIN_ROWS), z.lte(MAX_ROWS));
const offset = z.int().check(z.gte(0));
const helperId = z.string().check(z.minLength(1), z.maxLength(64));
const taskId = z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,63}$/));

/** What the page may say. */
export const ClientMessage = z.discriminatedUnion("type", [
  /** First message on every socket. `client` is a random id of this page load: input is counted per client. */
  z.object({
    type: z.literal("hello"),
    protocol: z.literal(PROTOCOL_VERSION),
    ticket: z.string().check(z.maxLength(4096)),
    client: z.uuid(),
    /** A terminal to show at once after the welcome, from its beginning: spares a new page the way there and back. */
    open: z.optional(z.object({ terminal, cols, rows })),
  }),
  /**
   * Show a terminal, starting a shell in it if there is none. `from` is the output offset that this page already has;
   * without it the server sends what its ring still holds.
   */
  z.object({ type: z.literal("open"), terminal, cols, rows, from: z.optional(offset) }),
  z.object({ type: z.literal("resize"), terminal, cols, rows }),
  /** Everything up to `offset` has been drawn. Opens the flow-control window. */
  z.object({ type: z.literal("ack"), terminal, offset }),
  /** End the terminal's shell and forget the terminal. */
  z.object({ type: z.literal("close"), terminal }),
  /** Run a task's check now (the learner pressed "Check"). */
  z.object({ type: z.literal("check"), task: taskId }),
  /** Throw the sandbox away and start a fresh one. Ticked tasks stay ticked. */
  z.object({ type: z.literal("reset") }),
  /** Ask for more time. */
  z.object({ type: z.literal("extend") }),
  /** Begin or end to look at the X-ray. It goes on over a reset; a new socket begins anew. */
  z.object({ type: z.literal("xray"), look: z.boolean() }),
  /** Show the files that this fact was read from. */
  z.object({ type: z.literal("xray.raw"), of: Reference }),
  /** In a class: raise the hand, or take it down. */
  z.object({ type: z.literal("hand"), raised: z.boolean() }),
  /** In a class: the task that the learner has before them. */
  z.object({ type: z.literal("step"), task: taskId }),
  /** The learner's answer to a helper who asks to type; no at any later time ends it. */
  z.object({ type: z.literal("helper"), helper: helperId, mayType: z.boolean() }),
  /** A page that watches a learner: it asks to type, or types no more. */
  z.object({ type: z.literal("typing"), wanted: z.boolean() }),
  /** Look at the demonstration, or no longer. Its bytes come in frames of terminal DEMONSTRATION. */
  z.object({ type: z.literal("demonstration"), look: z.boolean() }),
  /** Is anybody there? A browser does not show its page the WebSocket's own pings. */
  z.object({ type: z.literal("ping") }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const TaskState = z.object({
  id: taskId,
  done: z.boolean(),
  /** One sentence from the check: why it is not done yet. */
  reason: z.optional(z.string()),
});
export type TaskState = z.infer<typeof TaskState>;

/** Somebody who looks at the learner's terminals. */
export const Helper = z.object({
  id: helperId,
  name: z.string(),
  /** Whether they may type into them. */
  typing: z.enum(["no", "asks", "yes"]),
});
export type Helper = z.infer<typeof Helper>;

/** Where a learner is taught: what the lab page shows of the class. */
export const ClassState = z.object({
  id: z.string(),
  name: z.string(),
  /** How many tasks of the lesson are open, counted from the first; null where all are. */
  step: z.nullable(z.int()),
  /** Whether terminals are recorded. */
  records: z.boolean(),
  /** The learner's place among the raised hands, the first being 1; null where their hand is down. */
  hand: z.nullable(z.object({ place: z.int(), since: z.number() })),
  /** Who shows their terminal now. */
  demonstration: z.nullable(z.object({ from: z.string(), cols, rows })),
});
export type ClassState = z.infer<typeof ClassState>;

/** Words of an instructor or an operator. */
export const ClassMessage = z.object({
  id: z.string(),
  from: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  text: z.string(),
  /** A command that is suggested. Nothing types it but the learner. */
  command: z.optional(z.string()),
});
export type ClassMessage = z.infer<typeof ClassMessage>;

/** Codes of errors. Fatal ones close the socket, and reconnecting by itself will not help. */
export const ErrorCode = z.enum([
  "bad-frame",
  "bad-message",
  "frame-too-large",
  "bad-ticket",
  "bad-origin",
  "no-such-lesson",
  "no-such-task",
  "no-such-terminal",
  "too-many-terminals",
  "learner-full",
  "server-full",
  "create-failed",
  "disk-full",
  "check-failed",
  "too-fast",
  "not-allowed",
  "not-found",
  "lesson-closed",
  "shutting-down",
  "internal",
]);
export type ErrorCode = z.infer<typeof ErrorCode>;

const SandboxInfo = z.object({
  id: z.string(),
  /** cgroup version that the sandbox sees. */
  cgroup: z.union([z.literal(1), z.literal(2)]),
  /** When the sandbox ends at the latest, milliseconds since the epoch. */
  endsAt: z.number(),
  /** Whether `extend` can still move `endsAt`. */
  extendable: z.boolean(),
});
export type SandboxInfo = z.infer<typeof SandboxInfo>;

/** What the lab-server may say. */
export const ServerMessage = z.discriminatedUnion("type", [
  /** The sandbox is being made; `what` is one short phrase for the page. */
  z.object({ type: z.literal("preparing"), what: z.string() }),
  /** The sandbox is ready. `terminals` are those that already run a shell. Also sent after a reset and an extension. */
  z.object({
    type: z.literal("welcome"),
    sandbox: SandboxInfo,
    terminals: z.array(terminal),
    tasks: z.array(TaskState),
    fresh: z.boolean(),
  }),
  /**
   * The terminal is attached. Bytes that follow start at output offset `from`; where `gap` is true bytes between the
   * offset asked for and `from` are gone and the page clears its terminal first. `input` is how many input bytes of this client have arrived.
   */
  z.object({ type: z.literal("opened"), terminal, from: offset, gap: z.boolean(), input: offset }),
  /** Input bytes of this client up to `offset` have been written to the shell; the page may forget them. */
  z.object({ type: z.literal("input"), terminal, offset }),
  /** The terminal's shell ended. `code` is null where a signal or the sandbox's end took it. */
  z.object({ type: z.literal("exited"), terminal, code: z.nullable(z.int()) }),
  z.object({ type: z.literal("task"), task: TaskState }),
  /** A check asked for by `check` has begun or ended; checks on the beat say nothing. */
  z.object({ type: z.literal("checking"), task: taskId, running: z.boolean() }),
  /** The sandbox will end soon: no input for too long, or its lifetime is nearly over. */
  z.object({ type: z.literal("ending"), reason: z.enum(["idle", "lifetime"]), endsAt: z.number(), extendable: z.boolean() }),
  /** The sandbox has ended. */
  z.object({
    type: z.literal("ended"),
    reason: z.enum(["idle", "lifetime", "reset", "crashed", "replaced", "shutdown", "operator"]),
  }),
  /** Everything there is to see, and the latest events; whatever the page had before is void. */
  z.object({
    type: z.literal("xray.facts"),
    /** The lab-server's clock, milliseconds since the epoch. */
    at: z.number(),
    facts: Facts,
    events: z.array(XrayEvent),
    watch: Watch,
  }),
  /** What changed since the last of these, and what happened meanwhile. */
  z.object({ type: z.literal("xray.change"), at: z.number(), change: Change, events: z.array(XrayEvent) }),
  /** The answer to `xray.raw`. No files: the row is gone. */
  z.object({ type: z.literal("xray.raw"), of: Reference, files: z.array(RawFile) }),
  /** The learner's class, after the welcome and whenever it changes; null where they are in none with this lesson. */
  z.object({ type: z.literal("class"), class: z.nullable(ClassState) }),
  /** Who looks at the learner's terminals, whenever that changes. */
  z.object({ type: z.literal("helpers"), helpers: z.array(Helper) }),
  z.object({ type: z.literal("message"), message: ClassMessage }),
  /** To the instructor's own page, also after its welcome: which terminal of this sandbox is shown to a class; null once it no longer is. */
  z.object({ type: z.literal("shown"), shown: z.nullable(z.object({ terminal, to: z.string() })) }),
  /** The demonstration begins anew: what was drawn of it is void, and its bytes follow. */
  z.object({ type: z.literal("demonstration"), cols, rows }),
  /** To a page that watches: the learner, and whether their sandbox is there (a `welcome` follows when it comes). */
  z.object({ type: z.literal("watching"), name: z.string(), present: z.boolean(), step: z.nullable(taskId) }),
  /** To a page that watches: a terminal has another size now, or has begun. */
  z.object({ type: z.literal("size"), terminal, cols, rows }),
  /** To a page that watches: whether it may type. */
  z.object({ type: z.literal("typing"), state: z.enum(["no", "asks", "yes", "declined"]) }),
  /** The answer to `ping`. */
  z.object({ type: z.literal("pong") }),
  /** With `terminal`: that one was asked for by `open`, and does not come. */
  z.object({
    type: z.literal("error"),
    code: ErrorCode,
    message: z.string(),
    fatal: z.boolean(),
    terminal: z.optional(terminal),
  }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** A frame of terminal bytes. */
export function terminalFrame(terminal: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + bytes.length);
  frame[0] = terminal;
  frame.set(bytes, 1);
  return frame;
}
