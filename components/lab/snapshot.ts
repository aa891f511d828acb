/** What the lab page shows of its connection: immutable, a new object for every change. */
import type { ClassMessage, ClassState, Helper, SandboxInfo, ServerMessage, TaskState } from "../../lab-server/protocol.ts";

export type LinkState =
  | { state: "connecting" }
  /** The sandbox is being made; `what` is a short phrase. */
  | { state: "preparing"; what: string }
  | { state: "open" }
  /** `at`: when the next try begins, milliseconds since the epoch. */
  | { state: "reconnecting"; at: number; attempt: number }
  /** Trying again by itself would not help. */
  | { state: "failed"; code: string; message: string };

type Message<T extends ServerMessage["type"]> = Extract<ServerMessage, { type: T }>;

export type LabSnapshot = {
  readonly link: LinkState;
  readonly sandbox?: SandboxInfo | undefined;
  /** Set once the sandbox has ended, until there is another. */
  readonly ended?: Message<"ended">["reason"] | undefined;
  /** The sandbox will end soon. */
  readonly ending?: Omit<Message<"ending">, "type"> | undefined;
  readonly tasks: Readonly<Record<string, TaskState>>;
  /** Tasks whose check was asked for and is running. */
  readonly checking: readonly string[];
  /** Terminals that have a tab, in the order of their tabs. */
  readonly terminals: readonly number[];
  /** The terminal that `type` types into. */
  readonly active: number;
  /** Terminals whose shell has ended, with its exit code where it is known, or did not come. */
  readonly exited: Readonly<Record<number, number | null>>;
  /** The last thing that did not work, for the learner to read. */
  readonly notice?: { code: string; message: string } | undefined;
  /** The class in which the learner does this lesson; null where they are in none, undefined until it is told. */
  readonly class?: ClassState | null | undefined;
  /** Who looks at the learner's terminals. */
  readonly helpers: readonly Helper[];
  /** What instructors and operators said since the page was opened, the latest last. */
  readonly messages: readonly ClassMessage[];
  /** Which of these terminals a class is shown. */
  readonly shown: Message<"shown">["shown"];
};

/** Most messages that are kept. */
const MOST_MESSAGES = 50;

export const INITIAL_SNAPSHOT: LabSnapshot = {
  link: { state: "connecting" },
  tasks: {},
  checking: [],
  terminals: [1],
  active: 1,
  exited: {},
  helpers: [],
  messages: [],
  shown: null,
};

/** The snapshot after what the lab-server said; the same one where it says nothing that the page shows. */
export function afterMessage(snapshot: LabSnapshot, message: ServerMessage): LabSnapshot {
  switch (message.type) {
    case "preparing":
      return { ...snapshot, link: { state: "preparing", what: message.what } };
    case "welcome":
      return afterWelcome(snapshot, message);
    case "exited":
      return withoutShell(snapshot, message.terminal, message.code);
    case "task":
      return { ...snapshot, tasks: { ...snapshot.tasks, [message.task.id]: message.task } };
    case "checking": {
      const others = snapshot.checking.filter((task) => task !== message.task);
      return { ...snapshot, checking: message.running ? [...others, message.task] : others };
    }
    case "ending": {
      const { type: _, ...ending } = message;
      return { ...snapshot, ending };
    }
    case "ended": {
      // After these another sandbox follows by itself, and `preparing` goes on to say so.
      const link: LinkState = message.reason === "reset" || message.reason === "replaced" ? snapshot.link : { state: "open" };
      return { ...snapshot, link, ended: message.reason, ending: undefined, checking: [] };
    }
    case "error": {
      const { code, terminal } = message;
      if (message.fatal) return { ...snapshot, link: { state: "failed", code, message: message.message } };
      const told = { ...snapshot, notice: { code, message: message.message } };
      return terminal === undefined ? told : withoutShell(told, terminal, null);
    }
    case "class":
      return { ...snapshot, class: message.class };
    case "helpers":
      return { ...snapshot, helpers: message.helpers };
    case "message": {
      // After a loss it may come a second time.
      const others = snapshot.messages.filter(({ id }) => id !== message.message.id);
      return { ...snapshot, messages: [...others, message.message].slice(-MOST_MESSAGES) };
    }
    case "shown":
      return { ...snapshot, shown: message.shown };
    case "opened":
    case "input":
    case "pong":
    case "xray.facts":
    case "xray.change":
    case "xray.raw":
    case "demonstration":
    case "watching":
    case "size":
    case "typing":
      return snapshot;
  }
}

/** Whether the welcome is to another sandbox than the one that the page shows. */
export function isNewSandbox(snapshot: LabSnapshot, { sandbox }: Message<"welcome">): boolean {
  return snapshot.sandbox?.id !== sandbox.id || snapshot.ended !== undefined;
}

export function withTerminal(terminals: readonly number[], id: number): readonly number[] {
  return terminals.includes(id) ? terminals : [...terminals, id].sort((a, b) => a - b);
}

function withoutShell(snapshot: LabSnapshot, terminal: number, code: number | null): LabSnapshot {
  if (!snapshot.terminals.includes(terminal)) return snapshot;
  return { ...snapshot, exited: { ...snapshot.exited, [terminal]: code } };
}

function afterWelcome(snapshot: LabSnapshot, welcome: Message<"welcome">): LabSnapshot {
  const isNew = isNewSandbox(snapshot, welcome);
  // Tabs of an earlier sandbox go; those that were opened before there was one stay.
  const tabs = isNew && snapshot.sandbox !== undefined ? [] : snapshot.terminals;
  const running = welcome.terminals.reduce(withTerminal, tabs);
  const terminals = running.length > 0 ? running : [1];
  return {
    ...snapshot,
    link: { state: "open" },
    sandbox: welcome.sandbox,
    ended: undefined,
    ending: undefined,
    checking: [],
    tasks: Object.fromEntries(welcome.tasks.map((task) => [task.id, task])),
    terminals,
    active: terminals.includes(snapshot.active) ? snapshot.active : (terminals[0] ?? 1),
    exited: isNew ? {} : snapshot.exited,
  };
}
