/**
 * The process of inspect.ts. It changes its mount namespace for moments, holds descriptors of sandboxes, and carries the
 * sandboxes' seccomp filter: none of that is for the lab-server's own process.
 */
import type { InspectAnswer, InspectRequest } from "./inspect.ts";
import { SandboxGone, SandboxView } from "./inspect-mounts.ts";
import { endAll, runScript } from "./inspect-run.ts";

process.on("message", (request: InspectRequest) => {
  void answer(request).then((result) => process.connected && process.send?.(result));
});

// The channel closes when the lab-server closes the inspector or ends, however that happens. What runs is killed, and the
// process ends when its cgroups are empty.
process.on("disconnect", endAll);

// Ctrl-C reaches everything on a terminal; the lab-server decides when this ends.
process.on("SIGINT", () => undefined);

async function answer({ id, target, script, options }: InspectRequest): Promise<InspectAnswer> {
  try {
    using view = new SandboxView(target);
    return { id, result: await runScript(view, target, script, options) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { id, gone: error instanceof SandboxGone, message };
  }
}
