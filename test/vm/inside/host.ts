import { readFileSync, statfsSync } from "node:fs";
import type { Row } from "../events.ts";

/** Magic number of cgroup2 (statfs(2)). */
const CGROUP2 = 0x63677270;
const CONTROLLERS = ["cpu", "cpuset", "io", "memory", "pids"];

/** Whether the guest is what it is meant to be: without that the other suites prove nothing about v2. */
export async function* hostRows(): AsyncGenerator<Omit<Row, "type" | "suite">> {
  const controllers = readFileSync("/sys/fs/cgroup/cgroup.controllers", "utf8").trim().split(" ");
  const missing = CONTROLLERS.filter((name) => !controllers.includes(name));
  const mounted = readFileSync("/proc/mounts", "utf8").split("\n");
  yield row(
    "pure cgroup v2",
    statfsSync("/sys/fs/cgroup").type === CGROUP2 && !mounted.some((line) => line.split(" ")[2] === "cgroup"),
  );
  yield row(`controllers ${CONTROLLERS.join(" ")}`, missing.length === 0, `missing: ${missing.join(" ")}`);
  yield row("systemd is pid 1", readFileSync("/proc/1/comm", "utf8").trim() === "systemd");
}

function row(name: string, passed: boolean, detail?: string): Omit<Row, "type" | "suite"> {
  return { name, state: passed ? "passed" : "failed", seconds: 0, ...(passed || detail === undefined ? {} : { detail }) };
}
