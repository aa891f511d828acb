/** Proves a lesson: in one fresh sandbox every check fails, then each task's solution is typed and its check passes. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Lesson, Script, Task } from "../../curriculum/lesson.ts";
import { type CheckResult, type Examiner, runCheck, runChecks, traceCheck } from "../../lab-server/checks/check.ts";
import type { SandboxDriver, SandboxLimits } from "../../lab-server/sandbox/driver.ts";
import { furnish } from "../../lab-server/sandbox/furnish.ts";
import { patient } from "./patience.ts";
import { Typist } from "./typist.ts";

export type TaskProof = {
  lesson: string;
  task: string;
  /** The check does not pass in a fresh sandbox. */
  failsFresh: boolean;
  /** The check passes after the solution. */
  passes: boolean;
  seconds: number;
  /** What went wrong: a sentence, and then what the terminal and the check showed. */
  why?: string;
  /** Something that an author should look at, although the task is proven. */
  warning?: string;
  /** The cgroup version whose variant is another and could not be tested on this host. */
  untested?: 1 | 2;
};

/** Milliseconds for a check to pass after the solution: what it waits for may go on in the background. */
const PATIENCE = 5_000;
const BEAT = 150;

export type ProofOptions = {
  examiner: Examiner;
  limits: SandboxLimits;
  stop: AbortSignal;
  /** Called with the sandbox's id before it is destroyed. */
  onSandbox: (id: string) => void;
};

/** Makes a sandbox, which the caller destroys. Throws where the sandbox itself cannot be made or furnished. */
export async function proveLesson(lesson: Lesson, { examiner, limits, stop, onSandbox }: ProofOptions): Promise<TaskProof[]> {
  const { driver } = examiner;
  const id = randomBytes(8).toString("hex");
  onSandbox(id);
  await driver.create({ id, image: lesson.image, hostname: "sandbox", limits });
  await furnish(driver, id, lesson, () => undefined);
  stop.throwIfAborted();
  using typist = await Typist.open(driver, id, stop);
  const fresh = await runChecks(examiner, id, lesson.tasks);

  const proofs: TaskProof[] = [];
  /** Tasks that passed before their turn, and after which task. */
  const early = new Map<string, string>();
  for (const [index, task] of lesson.tasks.entries()) {
    stop.throwIfAborted();
    proofs.push(
      await proveTask(lesson.slug, task, { examiner, id, typist, fresh: fresh.get(task.id), early: early.get(task.id) }),
    );
    const later = lesson.tasks.slice(index + 1).filter((other) => !early.has(other.id));
    for (const [other, result] of await runChecks(examiner, id, later)) if (result.done) early.set(other, task.id);
  }
  return proofs;
}

type Stage = { examiner: Examiner; id: string; typist: Typist; fresh: CheckResult | undefined; early: string | undefined };

async function proveTask(lesson: string, task: Task, { examiner, id, typist, fresh, early }: Stage): Promise<TaskProof> {
  const { driver } = examiner;
  const begun = performance.now();
  const failsFresh = fresh?.done === false;
  const why: string[] = [];
  if (!failsFresh) why.push("The check passes in a fresh sandbox, before anything was done.");
  else if (fresh.stuck) why.push(`In a fresh sandbox: ${fresh.reason}`);

  let trouble: string | undefined;
  try {
    await typist.type(variant(task.solution, driver));
  } catch (error) {
    if (!(error instanceof Error) || error.name === "Interrupted") throw error;
    trouble = error.message;
  }
  const result = await passes(examiner, id, task);
  if (trouble !== undefined) why.push(trouble);
  if (!result.done) why.push(`After the solution the check says: ${result.reason}`);
  if (trouble !== undefined || !result.done) {
    const trace = (await traceCheck(examiner, id, task)).trim();
    why.push(`The terminal's last lines:\n${indent(typist.lastLines)}`);
    if (trace !== "") why.push(`The check printed:\n${indent(trace)}`);
  }
  return {
    lesson,
    task: task.id,
    failsFresh,
    passes: result.done && trouble === undefined && !fresh?.stuck,
    seconds: Math.round(performance.now() - begun) / 1000,
    ...(why.length > 0 ? { why: why.join("\n") } : {}),
    ...(early !== undefined && !task.early && failsFresh
      ? { warning: `It passes already after the solution of "${early}". If that is meant, write \`<Task … early>\`.` }
      : {}),
    ...(task.check.v1 !== task.check.v2 || task.solution.v1 !== task.solution.v2
      ? { untested: driver.host.cgroup === 1 ? 2 : 1 }
      : {}),
  };
}

async function passes(examiner: Examiner, id: string, task: Task): Promise<CheckResult> {
  const deadline = performance.now() + patient(PATIENCE);
  for (;;) {
    const result = await runCheck(examiner, id, task);
    if (result.done || result.stuck || performance.now() > deadline) return result;
    await sleep(BEAT);
  }
}

function variant(script: Script, driver: SandboxDriver): string {
  return driver.host.cgroup === 1 ? script.v1 : script.v2;
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}
