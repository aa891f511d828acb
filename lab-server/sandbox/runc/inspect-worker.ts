/** The thread of inspect.ts. It alone changes its mount namespace for a moment; no other thread notices. */
import { parentPort, workerData } from "node:worker_threads";
import type { InspectAnswer, InspectRequest } from "./inspect.ts";
import { SandboxGone, SandboxView } from "./inspect-mounts.ts";
import { endAll, runScript } from "./inspect-run.ts";
import { installSeccomp, type SeccompProfile } from "./inspect-seccomp.ts";

const seccomp: SeccompProfile | undefined = workerData;
const port = parentPort;
if (!port) throw new Error("inspect-worker.ts is started by inspect.ts.");

if (seccomp) installSeccomp(seccomp);

port.on("message", (request: InspectRequest | "close") => {
  if (request === "close") {
    // What runs is killed; its own callers hear of it, then the thread has nothing left to do.
    endAll();
    port.close();
  } else {
    void answer(request).then((message) => port.postMessage(message));
  }
});

async function answer({ id, target, script, options }: InspectRequest): Promise<InspectAnswer> {
  try {
    using view = new SandboxView(target);
    return { id, result: await runScript(view, target.cgroups, script, options) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, gone: error instanceof SandboxGone, message };
  }
}
