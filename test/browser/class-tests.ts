/** Tests that are played in a class: an instructor and two learners, each in a browser of their own. */
import assert from "node:assert/strict";
import test from "node:test";
import { type Classroom, type ClassroomOptions, makeClassroom, visitOf } from "./classroom-stage.ts";
import type { Stage } from "./stage.ts";
import type { Visit, VisitOptions } from "./visit.ts";

export type Room = { room: Classroom; ada: Visit; bea: Visit; carl: Visit };
type RoomOptions = VisitOptions & Partial<ClassroomOptions>;

/**
 * What makes a test in a class of Ada's, whose first two learners are in the room; nobody's browser shows anything yet. `usual` is the class
 * where a test wants no other. Where a test fails there is a screenshot of each browser.
 */
export function classTests(
  stage: () => Stage,
  usual: ClassroomOptions,
): (name: string, play: (people: Room) => Promise<void>, options?: RoomOptions) => void {
  return (name, play, { lessons, learners, records, ...options } = {}) => {
    test(name, async () => {
      const { product } = stage();
      product.link.restore();
      const room = await makeClassroom(product, {
        lessons: lessons ?? usual.lessons,
        learners: learners ?? usual.learners,
        records: records ?? usual.records ?? false,
      });
      const [one, two] = room.learners;
      assert.ok(one && two);
      const visits = await Promise.all([room.instructor, one, two].map((person) => visitOf(stage(), person, options)));
      const [ada, bea, carl] = visits;
      assert.ok(ada && bea && carl);
      try {
        await play({ room, ada, bea, carl });
        for (const { problems } of visits) assert.deepEqual(problems, []);
      } catch (error) {
        const shots = await Promise.all(visits.map((visit, index) => visit.screenshot(`${name}-${index}`)));
        throw new Error(`${error instanceof Error ? error.message : error}\nScreenshots: ${shots.join(", ")}`, { cause: error });
      } finally {
        for (const { context } of visits) await context.close();
      }
    });
  };
}
