/** From Enter to tick: a command that fulfils a task, until the page hears that the task is done. */
import { setTimeout as sleep } from "node:timers/promises";
import { quantile, type Row, under } from "../../cli/bench/row.ts";
import { Lab } from "../lab/harness.ts";

const LEARNERS = 8;
/** As many as the lessons have. */
const TASKS = 10;
/** Milliseconds: a learner reads the next task. */
const READING = 300;
const GOAL = 300;

/** Rows for `npm run bench`. Needs root and a built image. */
export async function run(): Promise<Row[]> {
  await using lab = await Lab.start({ lessons: { tasks: lesson() } });
  const times: number[] = [];
  for (let learner = 0; learner < LEARNERS; learner++) {
    const page = await lab.page({ learner: `learner-number-${learner}`, lesson: "tasks" });
    await page.open(1);
    await page.see(1, "# ");
    for (let task = 0; task < TASKS; task++) {
      await sleep(READING);
      page.type(1, `touch /root/done-${task}`);
      await page.see(1, `done-${task}`);
      const start = performance.now();
      page.type(1, "\r");
      await page.hear("task", ({ task: { id, done } }) => id === `task-${task}` && done);
      times.push(performance.now() - start);
    }
    page.cut();
  }
  return [
    { name: "Enter to tick, p50, of ten tasks after each other", unit: "ms", value: quantile(times, 0.5) },
    under(GOAL, { name: "Enter to tick, p95", unit: "ms", value: quantile(times, 0.95) }),
  ];
}

/** Each task's check looks at processes and files, as those of the lessons do. */
function lesson(): string {
  const tasks = Array.from(
    { length: TASKS },
    (_, task) => `<Task id="task-${task}" title="Task ${task}">
Make the file.

\`\`\`bash check
grep -lqs bash /proc/[0-9]*/comm || fail "There is no shell."
[ -e /root/done-${task} ] || fail "There is no file /root/done-${task} yet."
\`\`\`

\`\`\`bash solution
touch /root/done-${task}
\`\`\`

<Hint>Use touch.</Hint>
</Task>
`,
  );
  return `---
title: Tasks
summary: For the benchmark.
minutes: 5
order: 1
goals: [test]
---

${tasks.join("\n")}`;
}
