/**
 * Runs trusted scripts inside a sandbox with tools that its learner cannot have broken. A process of its own makes a private
 * copy of the sandbox's mount namespace with the pristine image's /usr in it (inspect-mounts.ts), and starts bash there in the
 * sandbox's other namespaces, in a cgroup beside the sandbox's (inspect-run.ts). That process carries the sandboxes' seccomp
 * filter, which its children inherit: a learner who traces a check gains nothing.
 */
import { type ChildProcess, fork } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pLimit from "p-limit";
import { type ExecOptions, type ExecResult, SandboxError } from "../driver.ts";
import type { SeccompProfile } from "./inspect-seccomp.ts";

/** Scripts that run at the same time; more wait. */
const AT_ONCE = 4;
/** Milliseconds after which a script that still runs does not count there: it waits for something, and nobody shall wait for it. */
const PATIENCE = 2_000;
/** Old space of the process's heap, MiB: it holds a few scripts and what they print. */
const HEAP = 32;

const LAUNCH = fileURLToPath(new URL("./inspect-launch.ts", import.meta.url));

export type InspectTarget = {
  /** Host pid of the sandbox's pid 1. */
  initPid: number;
  /** First host uid of the sandbox's range: proof that the pid is still the sandbox's. */
  firstHostId: number;
  /** Host path of the pristine image's /usr, mounted for the sandbox's ids. */
  usr: string;
  /** Host directories of the cgroup, one or one a v1 controller, that the script runs in. Nothing else may be in it: it is emptied afterwards. */
  cgroups: readonly string[];
};

export interface Inspector {
  /**
   * Runs a bash script to its end; nothing of it is left afterwards. It begins in `/` with a clean environment (PATH, HOME, LANG and
   * `env`). Where it prints much more than `maxOutput` it is ended. Throws SandboxError "not-found" if the sandbox has ended.
   */
  run(target: InspectTarget, script: string, options?: ExecOptions): Promise<ExecResult>;
  /** Kills what runs, and ends the process. */
  close(): Promise<void>;
}

/** What the process is told, and answers. */
export type InspectRequest = { id: number; target: InspectTarget; script: string; options: ExecOptions };
export type InspectAnswer = { id: number; result: ExecResult } | { id: number; gone: boolean; message: string };

type Waiting = { resolve: (result: ExecResult) => void; reject: (error: Error) => void };

/** `seccomp` is the profile that the sandboxes have. One inspector serves all sandboxes; its process starts with the first script. */
export function openInspector({ seccomp }: { seccomp: SeccompProfile }): Inspector {
  const limit = pLimit(AT_ONCE);
  const waiting = new Map<number, Waiting>();
  /** The last script of each sandbox: they run one after another, since their cgroup is emptied between them. */
  const lastOf = new Map<number, Promise<unknown>>();
  let current: ChildProcess | undefined;
  let nextId = 1;
  let closed = false;

  function start(): ChildProcess {
    const child = fork(LAUNCH, [], {
      env: bareEnvironment({}),
      execArgv: [`--max-old-space-size=${HEAP}`],
      serialization: "advanced",
      stdio: ["pipe", "ignore", "inherit", "ipc"],
    });
    child.on("message", (answer: InspectAnswer) => {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if ("result" in answer) caller?.resolve(answer.result);
      else caller?.reject(answer.gone ? new SandboxError("not-found", answer.message) : new Error(answer.message));
    });
    const failed = (error: Error) => {
      if (current !== child) return;
      current = undefined;
      for (const caller of waiting.values()) caller.reject(error);
      waiting.clear();
    };
    child.on("error", failed);
    child.on("exit", (code, signal) => failed(new Error(`The process that inspects sandboxes has ended: ${signal ?? code}.`)));
    child.stdin?.on("error", failed).end(JSON.stringify(seccomp));
    return child;
  }

  async function ask(target: InspectTarget, script: string, options: ExecOptions): Promise<ExecResult> {
    if (closed) throw new Error("The inspector is closed.");
    current ??= start();
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
    waiting.set(id, { resolve, reject });
    current.send({ id, target, script, options } satisfies InspectRequest);
    return promise;
  }

  /** Asks when it is its turn, and gives the turn away when the answer is there or is long in coming. */
  function inTurn(ask: () => Promise<ExecResult>): Promise<ExecResult> {
    return new Promise((resolve, reject) => {
      void limit(async () => {
        const answer = ask();
        answer.then(resolve, reject);
        await Promise.race([answer.catch(() => undefined), sleep(PATIENCE, undefined, { ref: false })]);
      });
    });
  }

  return {
    run(target, script, options = {}) {
      const before = lastOf.get(target.initPid) ?? Promise.resolve();
      const mine = before.then(() => inTurn(() => ask(target, script, options)));
      const settled = mine
        .catch(() => undefined)
        .finally(() => lastOf.get(target.initPid) === settled && lastOf.delete(target.initPid));
      lastOf.set(target.initPid, settled);
      return mine;
    },
    async close() {
      closed = true;
      const child = current;
      if (!child) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await ended;
    },
  };
}

/** Next's types say that every environment has NODE_ENV; one that goes into a sandbox must not. */
export function bareEnvironment(variables: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return variables as NodeJS.Dict<string> as NodeJS.ProcessEnv;
}
