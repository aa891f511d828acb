/** Code blocks that do something: what the words after ```` ```bash ```` say, and scripts that differ by cgroup version. */
import type { Code } from "mdast";
import type { Script } from "./lesson.ts";
import { nearest } from "./nearest.ts";
import type { Problems } from "./problems.ts";

const USES = ["run", "check", "solution", "setup"] as const;
const VERSIONS = ["v1", "v2"] as const;

export type Use = (typeof USES)[number];
export type Version = (typeof VERSIONS)[number];

/** What a code block is for. A block without a use is there to be read. */
export type Fence = { use: Use | undefined; version: Version | undefined };

/** Reads the words after a code block's language. Mistakes are noted by `checkFence`, not here. */
export function readFence(code: Code): Fence {
  const words = metaWords(code);
  return { use: USES.find((use) => words.includes(use)), version: VERSIONS.find((version) => words.includes(version)) };
}

/** Notes mistakes in the words after a code block's language. */
export function checkFence(code: Code, problems: Problems): void {
  const words = metaWords(code);
  const known: readonly string[] = [...USES, ...VERSIONS];
  for (const word of words.filter((word) => !known.includes(word))) {
    const meant = nearest(word, known);
    problems.add(
      code,
      `A code block knows no word "${word}".`,
      meant ? `Did you mean \`${meant}\`?` : `Words after the language are ${known.join(", ")}.`,
    );
  }
  const { use, version } = readFence(code);
  if (words.filter((word) => USES.some((use) => use === word)).length > 1) {
    problems.add(code, "A code block is for one thing only.", `Keep one of ${USES.join(", ")}.`);
  } else if (words.includes("v1") && words.includes("v2")) {
    problems.add(
      code,
      "A code block is of one cgroup version, or of both by naming none.",
      "Remove `v1` and `v2`, or one of them.",
    );
  } else if (version && !use) {
    problems.add(
      code,
      `"${version}" is for run, check, solution and setup blocks.`,
      `To show text of one version write \`<Cgroup version="${version.slice(1)}">\` around it.`,
    );
  }
  if (use && code.lang !== "bash")
    problems.add(code, `A ${use} block is written in bash.`, `Begin it with \`\`\`\`\`bash ${use}\`\`\`\`\`.`);
  if (use && code.value.trim() === "") problems.add(code, `This ${use} block is empty.`, "Write its commands, or remove it.");
}

/** Puts the blocks of one script together: one for both cgroup versions, one for each, or a common one and an exception. */
export function joinVariants(blocks: readonly Code[], what: string, problems: Problems): Script | undefined {
  const byVersion = new Map<Version | undefined, Code>();
  for (const block of blocks) {
    const { version } = readFence(block);
    const earlier = byVersion.get(version);
    if (earlier) {
      problems.add(
        block,
        `There is already a ${what}${version ? ` for ${version}` : ""} in line ${earlier.position?.start.line}.`,
        "Keep one, or mark one `v1` and the other `v2`.",
      );
    }
    byVersion.set(version, earlier ?? block);
  }
  const common = byVersion.get(undefined);
  const v1 = byVersion.get("v1") ?? common;
  const v2 = byVersion.get("v2") ?? common;
  if (v1 && v2) return { v1: v1.value, v2: v2.value };
  const only = v1 ?? v2;
  if (only) {
    const [has, lacks] = v1 ? ["v1", "v2"] : ["v2", "v1"];
    problems.add(
      only,
      `There is a ${what} for ${has} and none for ${lacks}.`,
      `Add a \`${what} ${lacks}\` block, or remove the word \`${has}\` if it serves both.`,
    );
  }
  return undefined;
}

function metaWords(code: Code): string[] {
  return (code.meta ?? "").split(/\s+/).filter((word) => word !== "");
}
