/**
 * The wire between the lab page and the lab-server: one WebSocket a page at `/lab/socket`. Terminal bytes travel
 * in binary frames, everything else as JSON text frames. This is the only file of `lab-server/` that a browser may import.
 *
 * A binary frame, in either direction, is one byte that names the terminal (1 to 255) and then the terminal's
 * bytes, raw. Both sides count those bytes from the terminal's beginning: a count is called an *offset*.
 *
 * A conversation: the page says `hello` with a ticket, hears `preparing` (only if there is a wait), then `welcome`; it
 * says `open` for each terminal that it shows and hears `opened`, then bytes. After a lost connection it does the
 * same again on a new socket and names the offset it got to, so that nothing is lost and nothing comes twice.
 */
import { z } from "zod";

export const PROTOCOL_VERSION = 1;
/** The path at the site's origin that is forwarded to the lab-server. */
export const SOCKET_PATH = "/lab/socket";
/** Largest frame a client may send, bytes. A longer paste is split by the client. */
export const MAX_CLIENT_FRAME = 64 * 1024;
/** Most terminals in one sandbox. */
export const MAX_TERMINALS = 8;
/** A terminal stops being read when this many bytes are sent and not acknowledged. */
export const HIGH_WATERMARK = 512 * 1024;
/** Reading goes on when fewer bytes than this are unacknowledged. */
export const LOW_WATERMARK = 128 * 1024;
/** A client acknowledges at the latest after this many bytes that its terminal has really drawn. */
export const ACK_EVERY = 64 * 1024;
/** Most input of one client that may be on its way to a shell, bytes: sent and not yet confirmed by `input`. The client holds back the rest. */
export const INPUT_WINDOW = 256 * 1024;
/** A page that hears nothing for this long sends a `ping`, milliseconds. */
export const PING_AFTER = 15_000;
/** Limits of a terminal's size; a request beyond them is an error, not clamped. */
export const MIN_COLS = 2;
export const MIN_ROWS = 1;
export const MAX_COLS = 1000;
export const MAX_ROWS = 1000;

const terminal = z.int().min(1).max(MAX_TERMINALS);
const cols = z.int().min(MIN_COLS).max(MAX_COLS);
const rows = z.int().min(MIN_ROWS).max(MAX_ROWS);
const offset = z.int().min(0);
const taskId = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);

/** What the page may say. */
export const ClientMessage = z.discriminatedUnion("type", [
  /** First message on every socket. `client` is a random id of this page load: input is counted per client. */
  z.object({
    type: z.literal("hello"),
    protocol: z.literal(PROTOCOL_VERSION),
    ticket: z.string().max(4096),
    client: z.uuid(),
    /** A terminal to show at once after the welcome, from its beginning: spares a new page the way there and back. */
    open: z.object({ terminal, cols, rows }).optional(),
  }),
  /**
   * Show a terminal, starting a shell in it if there is none. `from` is the output offset that this page already has;
   * without it the server sends what its ring still holds.
   */
  z.object({ type: z.literal("open"), terminal, cols, rows, from: offset.optional() }),
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
  /** Is anybody there? A browser does not show its page the WebSocket's own pings. */
  z.object({ type: z.literal("ping") }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

export const TaskState = z.object({
  id: taskId,
  done: z.boolean(),
  /** One sentence from the check: why it is not done yet. */
  reason: z.string().optional(),
});
export type TaskState = z.infer<typeof TaskState>;

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
  z.object({ type: z.literal("exited"), terminal, code: z.int().nullable() }),
  z.object({ type: z.literal("task"), task: TaskState }),
  /** A check asked for by `check` has begun or ended; checks on the beat say nothing. */
  z.object({ type: z.literal("checking"), task: taskId, running: z.boolean() }),
  /** The sandbox will end soon: no input for too long, or its lifetime is nearly over. */
  z.object({ type: z.literal("ending"), reason: z.enum(["idle", "lifetime"]), endsAt: z.number(), extendable: z.boolean() }),
  /** The sandbox has ended. */
  z.object({ type: z.literal("ended"), reason: z.enum(["idle", "lifetime", "reset", "crashed", "replaced", "shutdown"]) }),
  /** The answer to `ping`. */
  z.object({ type: z.literal("pong") }),
  z.object({ type: z.literal("error"), code: ErrorCode, message: z.string(), fatal: z.boolean() }),
]);
export type ServerMessage = z.infer<typeof ServerMessage>;

/** A frame of terminal bytes. */
export function terminalFrame(terminal: number, bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const frame = new Uint8Array(1 + bytes.length);
  frame[0] = terminal;
  frame.set(bytes, 1);
  return frame;
}
