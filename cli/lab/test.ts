/** `lab test`: proves lessons in real sandboxes, as many at a time as the machine has cores. */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { availableParallelism } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";
import pLimit from "p-limit";
import { pino } from "pino";
import { describeProblem } from "../../curriculum/lesson.ts";
import { type Lesson, LessonError, loadLesson } from "../../curriculum/library.ts";
import { CHECK_TIMEOUT, type Examiner } from "../../lab-server/checks/check.ts";
import type { SandboxDriver } from "../../lab-server/sandbox/driver.ts";
import { createRuncDriver } from "../../lab-server/sandbox/runc/driver.ts";
import { Collector } from "../../lab-server/xray/collector.ts";
import { bold, green, red, StartError, step, yellow } from "../start/step.ts";
import { patient } from "./patience.ts";
import { chooseLessons, readPlace } from "./place.ts";
import { proveLesson, type TaskProof } from "./proof.ts";

/** Where every instance on a machine keeps its mounts. */
const RUN_FOLDER = "/run/unboxed";

type LessonProof = { lesson: string; tasks: TaskProof[] /** Why the lesson could not be tried at all. */; error?: string };

/** Returns the exit code: 1 if a task is not proven. */
export async function testLessons(
  named: readonly string[],
  { json, keep }: { json?: true; keep?: true },
  stop: AbortSignal,
): Promise<number> {
  if (process.getuid?.() !== 0) throw new StartError("lab test makes real sandboxes: run it as root.");
  const { lessonsFolder, imagesFolder, stateFolder, sandbox: limits } = readPlace();
  const slugs = await chooseLessons(lessonsFolder, named);
  const lessons = await Promise.all(slugs.map(async (slug) => ({ slug, lesson: await read(lessonsFolder, slug) })));
  for (const image of new Set(lessons.flatMap(({ lesson }) => (typeof lesson === "string" ? [] : [lesson.image])))) {
    await demandImage(image, imagesFolder);
  }
  const begun = performance.now();
  await using place = await Place.open(imagesFolder, stateFolder);
  const limit = pLimit(availableParallelism());
  if (!json) console.log(`\n${row("lesson", "task", "fails fresh", "passes after solution", "seconds")}`);
  const proofs = await Promise.all(
    lessons.map(({ slug, lesson }) =>
      limit(async () => {
        const start = performance.now();
        const proof =
          typeof lesson === "string"
            ? { lesson: slug, tasks: [], error: lesson }
            : await prove(lesson, place, limits, stop, keep);
        if (!json) print(proof, (performance.now() - start) / 1000);
        return proof;
      }),
    ),
  );
  stop.throwIfAborted();
  const tasks = proofs.flatMap((proof) => proof.tasks);
  const failed = tasks.filter((task) => !(task.failsFresh && task.passes)).length + proofs.filter((proof) => proof.error).length;
  const passed = tasks.length - tasks.filter((task) => !(task.failsFresh && task.passes)).length;
  const seconds = (performance.now() - begun) / 1000;
  if (json) console.log(JSON.stringify({ lessons: proofs, passed, failed, seconds }, undefined, 2));
  else
    console.log(
      `\n${lessons.length} ${lessons.length === 1 ? "lesson" : "lessons"}, ${seconds.toFixed(1)} s\n${passed} passed, ${failed} failed`,
    );
  if (keep) await waitToLook(place, stop);
  return failed > 0 ? 1 : 0;
}

/** The lesson, or what is wrong with it. */
async function read(lessonsFolder: string, slug: string): Promise<Lesson | string> {
  try {
    return await loadLesson(lessonsFolder, slug);
  } catch (error) {
    if (!(error instanceof LessonError)) throw error;
    return error.problems.map(describeProblem).join("\n");
  }
}

async function demandImage(image: string, imagesFolder: string): Promise<void> {
  if (existsSync(path.join(imagesFolder, image, "usr"))) return;
  const { buildImage } = await import("../../images/build.ts");
  await step(`sandbox image ${image}`, (progress) => buildImage(image, imagesFolder, progress.say));
}

/** An instance of its own: what runs on the machine besides is not disturbed. */
class Place implements AsyncDisposable {
  readonly examiner: Examiner;
  readonly sandboxes = new Map<string, string>();
  readonly runcRoot: string;
  readonly #stateFolder: string;
  readonly #runFolder: string;
  readonly #collector: Collector;

  private constructor(driver: SandboxDriver, collector: Collector, stateFolder: string, runFolder: string) {
    this.examiner = { driver, readFacts: (id) => collector.read(id), timeout: patient(CHECK_TIMEOUT) };
    this.#collector = collector;
    this.#stateFolder = stateFolder;
    this.#runFolder = runFolder;
    this.runcRoot = path.join(runFolder, "runc");
  }

  static async open(imagesFolder: string, parent: string): Promise<Place> {
    await mkdir(parent, { recursive: true, mode: 0o700 });
    const stateFolder = await realpath(await mkdtemp(path.join(parent, "lab-test-")));
    const instance = createHash("sha256").update(stateFolder).digest("hex").slice(0, 8);
    // Standard output is the table's; what the driver has to say matters only where something fails.
    const log = pino(
      { level: "error", serializers: { error: pino.stdSerializers.err } },
      pino.destination({ dest: 2, sync: true }),
    );
    const driver = await createRuncDriver({ instance, runFolder: RUN_FOLDER, stateFolder, imagesFolder, log });
    return new Place(driver, new Collector(driver, log), stateFolder, path.join(RUN_FOLDER, instance));
  }

  async destroy(id: string): Promise<void> {
    this.#collector.forget(id);
    await this.examiner.driver.destroy(id);
    this.sandboxes.delete(id);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.sandboxes.keys()].map((id) => this.destroy(id)));
    await this.#collector.close();
    await this.examiner.driver.close();
    // Nothing is mounted below any more: whatever could not be destroyed has thrown.
    await rm(this.#runFolder, { recursive: true, force: true });
    await rm(this.#stateFolder, { recursive: true, force: true });
  }
}

async function prove(
  lesson: Lesson,
  place: Place,
  limits: Parameters<typeof proveLesson>[1]["limits"],
  stop: AbortSignal,
  keep: true | undefined,
): Promise<LessonProof> {
  let sandbox = "";
  const onSandbox = (id: string) => {
    sandbox = id;
    place.sandboxes.set(id, lesson.slug);
  };
  try {
    stop.throwIfAborted();
    return { lesson: lesson.slug, tasks: await proveLesson(lesson, { examiner: place.examiner, limits, stop, onSandbox }) };
  } catch (error) {
    stop.throwIfAborted();
    return { lesson: lesson.slug, tasks: [], error: error instanceof Error ? error.message : String(error) };
  } finally {
    if (!keep && sandbox !== "") await place.destroy(sandbox);
  }
}

function print({ lesson, tasks, error }: LessonProof, lessonSeconds: number): void {
  for (const { task, failsFresh, passes, seconds, why, warning, untested } of tasks) {
    const mark = (good: boolean, text: string) => (good ? green : red)(text);
    const cells = [
      lesson,
      task,
      mark(failsFresh, failsFresh ? "yes" : "no"),
      mark(passes, passes ? "yes" : "no"),
      seconds.toFixed(1),
    ] as const;
    console.log(row(...cells) + (untested === undefined ? "" : yellow(`  v${untested} untested`)));
    if (why !== undefined) console.log(why.replace(/^/gm, "    "));
    if (warning !== undefined) console.log(yellow(`    warning: ${warning}`));
  }
  if (tasks.length > 0) console.log(bold(row(lesson, `all ${tasks.length}, with its sandbox`, "", "", lessonSeconds.toFixed(1))));
  if (error !== undefined) console.log(`${row(lesson, "", "", "", "")}\n${red(error.replace(/^/gm, "    "))}`);
}

const WIDTHS = [26, 28, 11, 21, 7];

function row(...cells: readonly string[]): string {
  return cells
    .map((cell, index) => cell + " ".repeat(Math.max(0, (WIDTHS[index] ?? 0) - visible(cell))))
    .join("  ")
    .trimEnd();
}

/** Columns of a cell: colours take none. */
function visible(cell: string): number {
  return stripVTControlCharacters(cell).length;
}

async function waitToLook(place: Place, stop: AbortSignal): Promise<void> {
  console.error(bold("\nThe sandboxes stay until Ctrl-C. To look into one:"));
  for (const [id, lesson] of place.sandboxes) console.error(`  ${lesson}: runc --root ${place.runcRoot} exec -t ${id} bash`);
  const holding = setInterval(() => undefined, 60_000);
  await new Promise((resolve) => stop.addEventListener("abort", resolve));
  clearInterval(holding);
}
