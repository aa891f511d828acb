import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { BOX, layOutLessons } from "../../components/curriculum-map/layout.ts";
import { nextLesson } from "../../components/curriculum-map/next-lesson.ts";

const COURSE = [
  { slug: "what", needs: [] },
  { slug: "chroot", needs: ["what"] },
  { slug: "namespaces", needs: ["what"] },
  { slug: "cgroups", needs: ["namespaces"] },
  { slug: "union", needs: ["chroot"] },
  { slug: "lxc", needs: ["namespaces", "cgroups"] },
  { slug: "nspawn", needs: ["namespaces", "chroot"] },
  { slug: "build", needs: ["chroot", "namespaces", "cgroups", "union"] },
];

/** A course whose lessons need some of those before them, or any at all. */
const courses = fc
  .integer({ min: 0, max: 9 })
  .chain((size) =>
    fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 10 }), { maxLength: 4 }), { minLength: size, maxLength: size }),
  )
  .map((needs) => needs.map((list, index) => ({ slug: `l${index}`, needs: list.map((need) => `l${need}`) })));

test("every lesson has a place, and no box lies over another", () => {
  fc.assert(
    fc.property(courses, (lessons) => {
      const { places, width, height } = layOutLessons(lessons);
      assert.equal(places.size, lessons.length);
      for (const [slug, { x, y }] of places) {
        assert.ok(x >= 0 && y >= 0 && x + BOX.width <= width && y + BOX.height <= height, `${slug} is on the map`);
        for (const [other, place] of places) {
          const apart = Math.abs(place.x - x) >= BOX.width || Math.abs(place.y - y) >= BOX.height;
          assert.ok(other === slug || apart, `${slug} and ${other} lie over each other`);
        }
      }
    }),
    { numRuns: 60 },
  );
});

test("a lesson stands below those that it builds on, and arrows that others say are left out", () => {
  const { places, arrows } = layOutLessons(COURSE);
  for (const { slug, needs } of COURSE) {
    for (const need of needs) assert.ok((places.get(need)?.y ?? 0) < (places.get(slug)?.y ?? 0), `${slug} is below ${need}`);
  }
  assert.deepEqual(arrows.map(({ from, to }) => `${from} ${to}`).toSorted(), [
    "cgroups build",
    "cgroups lxc",
    "chroot nspawn",
    "chroot union",
    "namespaces cgroups",
    "namespaces nspawn",
    "union build",
    "what chroot",
    "what namespaces",
  ]);
});

test("an arrow ends above the middle of its box", () => {
  const { places, arrows } = layOutLessons(COURSE);
  for (const { to, tip, path } of arrows) {
    const place = places.get(to);
    assert.ok(place && tip.x === place.x + BOX.width / 2 && tip.y < place.y && tip.y > place.y - 10, to);
    assert.match(path, /^M[\d. ]+(V|C)/);
  }
});

test("the arrows of a course that can be drawn without crossings do not cross", () => {
  const { places } = layOutLessons(COURSE);
  const x = (slug: string) => places.get(slug)?.x ?? 0;
  assert.equal((x("chroot") - x("namespaces")) * (x("union") - x("cgroups")) > 0, true);
  const between = [x("union"), x("nspawn"), x("cgroups")];
  assert.ok(Math.min(...between) < x("nspawn") && x("nspawn") < Math.max(...between), "nspawn needs both sides");
});

test("lessons that need each other in a circle are drawn all the same", () => {
  const { places } = layOutLessons([
    { slug: "a", needs: ["b", "a", "gone"] },
    { slug: "b", needs: ["a"] },
  ]);
  assert.equal(places.size, 2);
});

test("to go on with is the lesson opened last, then what is ready, then nothing", () => {
  const lessons = (done: Record<string, number>) =>
    COURSE.map((lesson) => ({ ...lesson, tasks: 2, done: done[lesson.slug] ?? 0 }));
  assert.equal(nextLesson(lessons({}), undefined), "what");
  assert.equal(nextLesson(lessons({ chroot: 1 }), "chroot"), "chroot");
  assert.equal(nextLesson(lessons({ what: 2, chroot: 2 }), "chroot"), "namespaces");
  assert.equal(nextLesson(lessons({ what: 2, namespaces: 2, chroot: 1 }), "lxc"), "lxc");
  assert.equal(nextLesson(lessons({ what: 2, namespaces: 2 }), "what"), "chroot");
  assert.equal(nextLesson(lessons(Object.fromEntries(COURSE.map(({ slug }) => [slug, 2]))), "build"), undefined);
});
