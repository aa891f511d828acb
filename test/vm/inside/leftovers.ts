import { traces } from "../../../cli/test/traces.ts";
import type { Row } from "../events.ts";

/** Whether anything of a sandbox came besides `before`: a mount, loop device, cgroup, or process with `folder` in its environment. */
export function leftoverRow(folder: string, before: ReadonlySet<string>): Omit<Row, "type" | "suite"> {
  const left = [...traces(folder)].filter((trace) => !before.has(trace));
  const row = { name: "nothing is left behind", seconds: 0 };
  return left.length === 0 ? { ...row, state: "passed" } : { ...row, state: "failed", detail: left.join("\n") };
}
