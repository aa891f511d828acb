/** Tells boards what changed: soon after something did, and then not again for a moment. */
import type { Board } from "./board.ts";
import type { StaffServerMessage } from "./wire.ts";

/** Milliseconds until the first news is told, and between two. */
const SOON = 10;
const BETWEEN = 150;
/** A page with more than this waiting, bytes, is behind: it gets everything anew once it has caught up. */
const MOST_QUEUED = 4 * 1024 * 1024;

/** A page that shows the board. */
export interface BoardViewer {
  /** Bytes that wait to be sent. */
  readonly queued: number;
  /** A text frame as UTF-8. */
  show(frame: Uint8Array): void;
}

type Told = { board: Board; demonstration: { from: string } | null };

export class News {
  readonly #read: () => Told | undefined;
  /** With whether they are behind. */
  readonly #viewers = new Map<BoardViewer, boolean>();
  #demonstration = "null";
  #toldAt = 0;
  #timer: NodeJS.Timeout | undefined;

  /** `read`: what there is to tell of. */
  constructor(read: () => Told | undefined) {
    this.#read = read;
  }

  get viewers(): number {
    return this.#viewers.size;
  }

  /** Shows it everything, and then what changes. */
  add(viewer: BoardViewer): void {
    const told = this.#read();
    if (told && this.#viewers.size === 0) {
      // Nobody waits for what came before.
      told.board.takeNews();
      this.#demonstration = JSON.stringify(told.demonstration);
    }
    this.#viewers.set(viewer, false);
    this.#showAll([viewer]);
  }

  remove(viewer: BoardViewer): void {
    this.#viewers.delete(viewer);
    if (this.#viewers.size === 0) clearTimeout(this.#timer);
    if (this.#viewers.size === 0) this.#timer = undefined;
  }

  /** There is something new. */
  soon(): void {
    if (this.#viewers.size === 0) return;
    this.#timer ??= setTimeout(() => this.#tell(), Math.max(SOON, this.#toldAt + BETWEEN - performance.now()));
  }

  #tell(): void {
    this.#timer = undefined;
    this.#toldAt = performance.now();
    const told = this.#read();
    if (!told) return;
    const { board, demonstration } = told;
    const news = board.takeNews();
    const isOtherDemonstration = JSON.stringify(demonstration) !== this.#demonstration;
    this.#demonstration = JSON.stringify(demonstration);
    for (const [viewer, isBehind] of this.#viewers) if (!isBehind && viewer.queued > MOST_QUEUED) this.#viewers.set(viewer, true);
    const recovered = [...this.#viewers].filter(([{ queued }, isBehind]) => isBehind && queued < MOST_QUEUED / 4);
    if (news || isOtherDemonstration) {
      const change = frameOf({
        type: "board.change",
        at: Date.now(),
        ...(news ?? { learners: [], gone: [] }),
        ...(isOtherDemonstration ? { demonstration } : {}),
      });
      for (const [viewer, isBehind] of this.#viewers) if (!isBehind) viewer.show(change);
    }
    this.#showAll(recovered.map(([viewer]) => viewer));
    if ([...this.#viewers.values()].some((isBehind) => isBehind)) this.soon();
  }

  #showAll(viewers: readonly BoardViewer[]): void {
    const told = viewers.length > 0 ? this.#read() : undefined;
    if (!told) return;
    const { board, demonstration } = told;
    const { name, lessons, rows: learners } = board;
    const all = frameOf({ type: "board", at: Date.now(), name, lessons, learners, demonstration });
    for (const viewer of viewers) {
      this.#viewers.set(viewer, false);
      viewer.show(all);
    }
  }
}

function frameOf(message: StaffServerMessage): Uint8Array {
  return Buffer.from(JSON.stringify(message));
}
