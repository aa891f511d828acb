/** Runs inside the guest, started by its systemd: asks the host for the job, does it, and tells how it went line by line. */
import { chmodSync, createReadStream, mkdtempSync, openSync, readFileSync, writeSync } from "node:fs";
import { release } from "node:os";
import { createInterface } from "node:readline";
import { traces } from "../../../cli/test/traces.ts";
import { type GuestEvent, Job, PORT_NAME, type Row, type Suite } from "../events.ts";
import { hostRows } from "./host.ts";
import { leftoverRow } from "./leftovers.ts";
import { lessonRows } from "./lessons.ts";
import { runScript } from "./script.ts";
import { containerRows, labRows, removalRows, serviceRows } from "./tests.ts";

const port = openSync(`/dev/virtio-ports/${PORT_NAME}`, "r+");
const tell = (event: GuestEvent) => writeAll(`${JSON.stringify(event)}\n`);

/** Whatever the tests write goes below it, so that one can tell what is theirs. */
const folder = mkdtempSync("/var/tmp/unboxed-vm-");
// PostgreSQL runs below it as a user of its own.
chmodSync(folder, 0o711);
const before = traces(folder);
const suites: Record<Suite, (job: Job, print: (text: string) => void) => AsyncIterable<Omit<Row, "type" | "suite">>> = {
  host: hostRows,
  service: serviceRows,
  lab: labRows,
  lessons: lessonRows,
  removal: removalRows,
  containers: containerRows,
};

tell({ type: "up", kernel: release(), booted: Number(readFileSync("/proc/uptime", "utf8").split(" ")[0]) });
const job = await receiveJob();
const print = (text: string) => tell({ type: "output", text });
let code = 0;
process.env.TMPDIR = folder;
process.env.UNBOXED_PATIENCE = String(job.patience);
try {
  if (job.script !== undefined) code = await runScript(job.script, print);
  for (const suite of job.suites) {
    tell({ type: "begin", suite });
    for await (const row of suites[suite](job, print)) {
      if (row.state === "failed") code = 1;
      tell({ type: "row", suite, ...row });
    }
    const left = leftoverRow(folder, before);
    if (left.state === "failed") code = 1;
    tell({ type: "row", suite, ...left });
  }
} catch (error) {
  print(`${error instanceof Error ? error.stack : error}\n`);
  code = 1;
}
tell({ type: "end", code });

async function receiveJob(): Promise<Job> {
  const lines = createInterface(createReadStream("", { fd: port, autoClose: false }));
  for await (const line of lines) return Job.parse(JSON.parse(line));
  throw new Error("The host sent no job.");
}

function writeAll(text: string): void {
  let bytes = Buffer.from(text);
  while (bytes.length > 0) bytes = bytes.subarray(writeSync(port, bytes));
}
