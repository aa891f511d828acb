/**
 * Runs trusted scripts inside a sandbox with tools that its learner cannot have broken. A thread of its own makes a private
 * copy of the sandbox's mount namespace with the pristine image's /usr in it (inspect-mounts.ts), and starts bash there in the
 * sandbox's other namespaces, in a cgroup beside the sandbox's (inspect-run.ts). The thread carries the sandboxes' seccomp
 * filter, which its children inherit: a learner who traces a check gains nothing.
 */
import { Worker } from "node:worker_threads";
import pLimit from "p-limit";
import { type ExecOptions, type ExecResult, SandboxError } from "../driver.ts";
import type { SeccompProfile } from "./inspect-seccomp.ts";

/** Scripts that run at the same time; more wait. */
const AT_ONCE = 4;

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
  /** Ends what runs and the thread. */
  close(): Promise<void>;
}

/** What the thread is asked, and answers. */
export type InspectRequest = { id: number; target: InspectTarget; script: string; options: ExecOptions };
export type InspectAnswer = { id: number; result: ExecResult } | { id: number; gone: boolean; message: string };

type Waiting = { resolve: (result: ExecResult) => void; reject: (error: Error) => void };

/** `seccomp` is the profile that the sandboxes have. One inspector serves all sandboxes of a process. */
export function openInspector({ seccomp }: { seccomp: SeccompProfile | undefined }): Inspector {
  const limit = pLimit(AT_ONCE);
  const waiting = new Map<number, Waiting>();
  /** The last script of each sandbox: they run one after another, since their cgroup is emptied between them. */
  const lastOf = new Map<number, Promise<unknown>>();
  let worker: Worker | undefined;
  let nextId = 1;
  let closed = false;

  function thread(): Worker {
    if (worker) return worker;
    const started = new Worker(new URL("./inspect-worker.ts", import.meta.url), {
      workerData: seccomp,
      env: {},
      // The thread opens descriptors by system calls that Node does not know of.
      trackUnmanagedFds: false,
    });
    started.on("message", (answer: InspectAnswer) => {
      const caller = waiting.get(answer.id);
      waiting.delete(answer.id);
      if (waiting.size === 0) started.unref();
      if ("result" in answer) caller?.resolve(answer.result);
      else caller?.reject(answer.gone ? new SandboxError("not-found", answer.message) : new Error(answer.message));
    });
    const failed = (error: Error) => {
      if (worker !== started) return;
      worker = undefined;
      for (const caller of waiting.values()) caller.reject(error);
      waiting.clear();
    };
    started.on("error", failed);
    started.on("exit", () => failed(new Error("The thread that inspects sandboxes has ended.")));
    worker = started;
    return started;
  }

  function ask(target: InspectTarget, script: string, options: ExecOptions): Promise<ExecResult> {
    if (closed) throw new Error("The inspector is closed.");
    const id = nextId++;
    const { promise, resolve, reject } = Promise.withResolvers<ExecResult>();
    waiting.set(id, { resolve, reject });
    const asked = thread();
    asked.ref();
    asked.postMessage({ id, target, script, options } satisfies InspectRequest);
    return promise;
  }

  return {
    run(target, script, options = {}) {
      const before = lastOf.get(target.initPid) ?? Promise.resolve();
      const mine = before.then(() => limit(() => ask(target, script, options)));
      const settled = mine
        .catch(() => undefined)
        .finally(() => lastOf.get(target.initPid) === settled && lastOf.delete(target.initPid));
      lastOf.set(target.initPid, settled);
      return mine;
    },
    async close() {
      closed = true;
      const open = worker;
      if (!open) return;
      const ended = new Promise((resolve) => open.once("exit", resolve));
      open.ref();
      open.postMessage("close");
      await ended;
    },
  };
}
