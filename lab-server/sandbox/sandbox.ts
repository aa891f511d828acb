/** A sandbox that belongs to a learner: its terminals and its time. The keeper makes, finds and ends these. */
import { EventEmitter } from "node:events";
import type { SandboxInfo, ServerMessage } from "../protocol.ts";
import type { HeldPty } from "../terminal/held-pty.ts";
import { Terminal } from "../terminal/terminal.ts";
import { uptime, wallClock } from "./clock.ts";
import { type SandboxDriver, SandboxError } from "./driver.ts";
import { extendLife, isExtendable, judge, type Life, type LifetimeLimits } from "./lifetime.ts";
import { shell } from "./shell.ts";

/** One sandbox a pair: whose it is, and for which lesson (its slug). */
export type Owner = { readonly learner: string; readonly lesson: string };

export type EndReason = Extract<ServerMessage, { type: "ended" }>["reason"];

/** `endsAt` is in milliseconds since the epoch. */
export type Ending = { reason: "idle" | "lifetime"; endsAt: number; extendable: boolean };

type Events = {
  /** A terminal's shell has started; it is in `terminals` from now on. */
  terminal: [number: number, terminal: Terminal];
  /** A terminal's shell has ended; it is no longer in `terminals`. */
  exited: [number: number, code: number | null];
  /** Something failed that fails where the sandbox itself has died: the keeper looks. */
  suspect: [];
  /** It will end soon. */
  ending: [ending: Ending];
  /** The end has moved away; where it is still near, `ending` follows. */
  prolonged: [];
  /** Its time is over: the keeper ends it. */
  expired: [reason: "idle" | "lifetime"];
  /** It is gone; nothing follows. */
  ended: [reason: EndReason];
};

export class Sandbox extends EventEmitter<Events> {
  readonly id: string;
  readonly owner: Owner;
  readonly lessonTitle: string;
  readonly terminals = new Map<number, Terminal>();
  /** Pages that show it now. */
  pages = 0;
  #driver: SandboxDriver;
  #limits: LifetimeLimits;
  #life: Life;
  #timer: NodeJS.Timeout | undefined;
  #opening = new Map<number, Promise<Terminal>>();
  #ending: Ending | undefined;
  #ended = false;

  constructor(driver: SandboxDriver, limits: LifetimeLimits, id: string, owner: Owner, lessonTitle: string, life: Life) {
    super();
    this.#driver = driver;
    this.#limits = limits;
    this.#life = life;
    this.id = id;
    this.owner = owner;
    this.lessonTitle = lessonTitle;
    this.#watch();
  }

  get life(): Readonly<Life> {
    return this.#life;
  }

  /** The warning that is in force, if one is. */
  get ending(): Ending | undefined {
    return this.#ending && { ...this.#ending, endsAt: wallClock(this.#ending.endsAt) };
  }

  get hasEnded(): boolean {
    return this.#ended;
  }

  get info(): SandboxInfo {
    return {
      id: this.id,
      cgroup: this.#driver.host.cgroup,
      endsAt: wallClock(this.#life.endsAt),
      extendable: isExtendable(this.#life, this.#limits),
    };
  }

  /** The terminal of this number, with a new shell in it if it has none. Throws SandboxError. */
  async openTerminal(number: number, cols: number, rows: number): Promise<Terminal> {
    // Nothing is waited for where none is being opened: two that ask at once would each start a shell.
    const coming = this.#opening.get(number);
    const there = this.terminals.get(number) ?? (coming && (await coming));
    if (there) {
      there.resize(cols, rows);
      return there;
    }
    const opening = this.#startShell(number, cols, rows).finally(() => this.#opening.delete(number));
    this.#opening.set(number, opening);
    return opening;
  }

  /** Takes a terminal whose shell runs already, and ends with the sandbox. */
  adoptTerminal(number: number, terminal: Terminal): void {
    this.terminals.set(number, terminal);
    terminal.onExit((code) => {
      if (this.terminals.get(number) !== terminal) return;
      this.terminals.delete(number);
      this.emit("exited", number, code);
      this.emit("suspect");
    });
    this.emit("terminal", number, terminal);
  }

  closeTerminal(number: number): void {
    this.terminals.get(number)?.close();
  }

  /** A sign of the learner. */
  touch(): void {
    this.#life.activeAt = uptime();
    if (this.#ending?.reason === "idle") this.#watch();
  }

  /** More time, as far as the bound lets it. */
  extend(): void {
    this.#life = extendLife(this.#life, this.#limits, uptime());
    this.#watch(true);
  }

  /** Its time is over and its terminals hang up. Called by the keeper, which then destroys it. */
  end(reason: EndReason): void {
    if (this.#ended) return;
    this.emit("ended", reason);
    const terminals = [...this.terminals.values()];
    this.release();
    for (const terminal of terminals) terminal.close();
  }

  /** Lets go of it while it and its terminals may go on: nobody hears of it any more. */
  release(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.removeAllListeners();
    this.terminals.clear();
  }

  async #startShell(number: number, cols: number, rows: number): Promise<Terminal> {
    const terminal = new Terminal(await this.#openPty(number, cols, rows), { cols, rows });
    if (this.#ended) {
      terminal.close();
      throw new SandboxError("not-found", "The sandbox has ended. Start a new one.");
    }
    this.adoptTerminal(number, terminal);
    return terminal;
  }

  async #openPty(number: number, cols: number, rows: number): Promise<HeldPty> {
    try {
      return await this.#driver.openTerminal(this.id, number, shell(this.#driver.host, cols, rows));
    } catch (error) {
      this.emit("suspect");
      throw error;
    }
  }

  #watch(extended = false): void {
    clearTimeout(this.#timer);
    if (this.#ended) return;
    const now = uptime();
    const verdict = judge(this.#life, this.#limits, now);
    if (verdict.phase === "ended") {
      this.emit("expired", verdict.reason);
      return;
    }
    const wasEnding = this.#ending;
    this.#ending = undefined;
    if (verdict.phase === "ending") {
      this.#ending = {
        reason: verdict.reason,
        endsAt: verdict.endsAt,
        extendable: verdict.reason === "idle" || this.info.extendable,
      };
    }
    if (extended || (wasEnding && wasEnding.endsAt !== this.#ending?.endsAt)) this.emit("prolonged");
    if (this.ending && wasEnding?.endsAt !== this.#ending?.endsAt) this.emit("ending", this.ending);
    // A moment late rather than early, so that the clock has passed the time when the timer fires.
    this.#timer = setTimeout(() => this.#watch(), verdict.next - now + 1);
    this.#timer.unref();
  }
}
