import { green, red, yellow } from "../start/step.ts";
import { type Finding, readMore } from "./finding.ts";

const MARKS = { ok: () => green("ok  "), warning: () => yellow("warn"), failure: () => red("FAIL") };

/** One line for each finding, and its cure below where it has one. */
export function printFindings(findings: readonly Finding[]): void {
  const width = Math.max(...findings.map(({ name }) => name.length));
  for (const { name, state, found, cure } of findings) {
    console.log(`  ${MARKS[state]()}  ${name.padEnd(width)}  ${found}`);
    if (cure !== undefined) for (const line of [...cure.split("\n"), `More: ${readMore(name)}`]) console.log(`        ${line}`);
  }
}
