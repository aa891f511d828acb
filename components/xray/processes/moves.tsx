import { Component, createRef, type ReactNode } from "react";
import type { LookAt } from "./layout.ts";

type MovesProps = { boxOf: ReadonlyMap<number, string>; look: LookAt; live: boolean; children: ReactNode };
type Places = ReadonlyMap<number, DOMRect>;

/** More at once are no movement that an eye can follow. */
const MOST = 24;
const MILLISECONDS = 420;

/**
 * A process that went into another box is seen to go there: its row begins where it was. A class, because React tells only classes of the
 * moment before it changes the page.
 */
export class Moves extends Component<MovesProps> {
  readonly #root = createRef<HTMLDivElement>();

  override getSnapshotBeforeUpdate({ boxOf, look }: MovesProps): Places | null {
    const { boxOf: after, look: lookAfter, live } = this.props;
    if (boxOf === after || look !== lookAfter || !live || matchMedia("(prefers-reduced-motion: reduce)").matches) return null;
    const moved = [...after].filter(([pid, box]) => boxOf.has(pid) && boxOf.get(pid) !== box).slice(0, MOST);
    const places = new Map<number, DOMRect>();
    for (const [pid] of moved) {
      const row = this.#row(pid);
      if (row) places.set(pid, row.getBoundingClientRect());
    }
    return places.size > 0 ? places : null;
  }

  override componentDidUpdate(_props: MovesProps, _state: unknown, places: Places | null): void {
    for (const [pid, from] of places ?? []) {
      const row = this.#row(pid);
      if (!row) continue;
      const to = row.getBoundingClientRect();
      row.animate(
        [
          { transform: `translate(${from.left - to.left}px, ${from.top - to.top}px)`, background: "var(--surface)", zIndex: 1 },
          { transform: "none", background: "var(--surface)", zIndex: 1 },
        ],
        { duration: MILLISECONDS, easing: "cubic-bezier(0.3, 0, 0.2, 1)" },
      );
    }
  }

  #row(pid: number): Element | null {
    return this.#root.current?.querySelector(`[data-pid="${pid}"]`) ?? null;
  }

  override render(): ReactNode {
    return <div ref={this.#root}>{this.props.children}</div>;
  }
}
