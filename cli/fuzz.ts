import { parseArgs } from "node:util";
import { fuzz } from "../test/fuzz/long-run.ts";

const usage = `Usage: npm run fuzz [-- --frames N] [-- --requests N]

Sends frames to a real lab-server and requests to it and to the site, and sees that neither ends, logs what nobody foresaw, or grows.
Needs root, and what the tests need. UNBOXED_SEED=N has a run again.

Options:
  --frames N    frames on WebSockets (default 1000000)
  --requests N  HTTP requests (default 100000)`;

const { values } = parseArgs({
  options: {
    frames: { type: "string", default: "1000000" },
    requests: { type: "string", default: "100000" },
    help: { type: "boolean", short: "h" },
  },
});
const [frames, requests] = [Number(values.frames), Number(values.requests)];
if (values.help) console.log(usage);
else if (!Number.isInteger(frames) || !Number.isInteger(requests) || Math.min(frames, requests) < 0) {
  console.error(`--frames and --requests must be whole numbers.\n\n${usage}`);
  process.exitCode = 2;
} else {
  const problems = await fuzz({ frames, requests, say: console.log });
  for (const problem of problems) console.error(problem);
  process.exit(problems.length === 0 ? 0 : 1);
}
