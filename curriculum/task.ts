/** Tasks: one thing to do, with its check, solution and hints. */
import type { Code, Root, RootContent } from "mdast";
import { attributesOf, type ComponentElement, hasFlag, isComponent } from "./components.ts";
import type { Task } from "./lesson.ts";
import type { Problems } from "./problems.ts";
import { joinVariants, readFence, type Use } from "./script.ts";

/** Reads the lesson's tasks and takes their checks and solutions out of the tree. */
export function takeTasks(tree: Root, problems: Problems): Task[] {
  const tasks: Task[] = [];
  for (const node of tree.children) {
    if (!isComponent(node, "Task")) continue;
    const task = takeTask(node, problems);
    if (task) tasks.push(task);
  }
  return tasks;
}

/** Takes the code blocks of one use that stand directly in a node out of it. */
export function takeBlocks(parent: { children: RootContent[] }, use: Use): Code[] {
  const blocks = parent.children.filter((node) => node.type === "code").filter((code) => readFence(code).use === use);
  for (const block of blocks) parent.children.splice(parent.children.indexOf(block), 1);
  return blocks;
}

function takeTask(element: ComponentElement, problems: Problems): Task | undefined {
  const { id, title } = attributesOf(element);
  const name = id ? `Task "${id}"` : "This task";
  const checks = takeBlocks(element, "check");
  const solutions = takeBlocks(element, "solution");
  if (checks.length === 0) {
    problems.add(element, `${name} has no check.`, "Add a ```` ```bash check ```` block that ends with 0 when the task is done.");
  }
  if (solutions.length === 0) {
    problems.add(element, `${name} has no solution.`, "Add a ```` ```bash solution ```` block with the commands that do it.");
  }
  for (const block of checks) {
    if (block.value.trim() !== "" && !/\bfail\b/.test(block.value)) {
      problems.add(
        block,
        "This check never calls `fail`, so a learner is not told what is missing.",
        'End a test with for example `|| fail "There is no group called demo yet."`.',
      );
    }
  }
  const check = joinVariants(checks, "check", problems);
  const solution = joinVariants(solutions, "solution", problems);
  if (id === undefined || title === undefined || !check || !solution) return undefined;
  return {
    id,
    title,
    check,
    solution,
    hints: element.children.filter((child) => isComponent(child, "Hint")).length,
    early: hasFlag(element, "early"),
    line: element.position?.start.line ?? 1,
  };
}
