/** A class while pages of it are connected: hands, the demonstration, and what is on its board while somebody looks at it. */
import { type LiveClass as Facts, liveClass } from "../../classroom/live.ts";
import type { Listener } from "../listener.ts";
import { Board, type BoardOptions } from "./board.ts";
import type { Demonstration } from "./demonstration.ts";
import { Hands } from "./hands.ts";
import { type BoardViewer, News } from "./news.ts";

export class LiveClass {
  readonly id: string;
  readonly hands = new Hands();
  /** Pages that look at the demonstration, or would. */
  readonly lookers = new Set<Listener>();
  /** Boards, as their instructors act from them. */
  readonly teachers = new Set<{ readonly account: string }>();
  demonstration: Demonstration | undefined;
  readonly #options: Omit<BoardOptions, "handOf" | "onNews">;
  readonly #news: News;
  #board: Board | undefined;
  #opening: Promise<Board> | undefined;

  constructor(id: string, options: Omit<BoardOptions, "handOf" | "onNews">) {
    this.id = id;
    this.#options = options;
    this.#news = new News(() => this.#board && { board: this.#board, demonstration: this.shown });
  }

  /** There while somebody looks at it. */
  get board(): Board | undefined {
    return this.#board;
  }

  get boards(): number {
    return this.#news.viewers;
  }

  /** What boards are told of the demonstration. */
  get shown(): { from: string } | null {
    return this.demonstration ? { from: this.demonstration.from } : null;
  }

  /** Whether there is nothing to remember. */
  get isIdle(): boolean {
    const { hands, lookers, demonstration } = this;
    return this.boards + hands.size + lookers.size === 0 && !demonstration && !this.#opening;
  }

  /** Shows the board to a page from now on. `isGone`: it left before there was one. */
  async addViewer(viewer: BoardViewer, isGone: () => boolean): Promise<Board> {
    this.#opening ??= this.#open().finally(() => {
      this.#opening = undefined;
    });
    const board = this.#board ?? (await this.#opening);
    this.#board = board;
    if (!isGone()) this.#news.add(viewer);
    this.#closeUnseen();
    return board;
  }

  removeViewer(viewer: BoardViewer): void {
    this.#news.remove(viewer);
    this.#closeUnseen();
  }

  /** Reads again what the site may have changed. */
  async look(): Promise<void> {
    const board = this.#board;
    const facts = board && (await this.#facts());
    if (facts) await board.look(facts);
  }

  /** Something that boards show has changed. */
  changed(): void {
    this.#news.soon();
  }

  async #open(): Promise<Board> {
    if (this.#board) return this.#board;
    const board = new Board(this.id, {
      ...this.#options,
      handOf: (learner) => this.hands.since(learner),
      onNews: () => this.#news.soon(),
    });
    const facts = await this.#facts();
    if (facts) await board.look(facts);
    return board;
  }

  #facts(): Promise<Facts | undefined> {
    return liveClass(this.#options.database, this.id);
  }

  #closeUnseen(): void {
    if (this.boards === 0) this.#board = undefined;
  }
}
