/** Collects the mistakes of one lesson file, so that an author sees all of them at once. */
import type { Node, Point } from "unist";
import type { LessonProblem } from "./lesson.ts";

export class Problems {
  readonly #file: string;
  readonly #problems: LessonProblem[] = [];

  constructor(file: string) {
    this.#file = file;
  }

  /** Notes a mistake at a node's beginning or at a point; `message` and `cure` are sentences. */
  add(place: Node | Point, message: string, cure: string): void {
    const { line, column } = "line" in place ? place : (place.position?.start ?? { line: 1, column: 1 });
    this.#problems.push({ file: this.#file, line, column, message, cure });
  }

  /** All mistakes in the order of the file. */
  all(): LessonProblem[] {
    return this.#problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
  }
}
