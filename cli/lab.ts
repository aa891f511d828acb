/** The author's tool: `npm run lab -- new|lint|test`. docs/lesson-format.md tells what a lesson is. */
import { Command } from "commander";
import { ConfigurationError } from "../lab-server/configuration.ts";
import { lintLessons } from "./lab/lint.ts";
import { newLesson } from "./lab/new.ts";
import { testLessons } from "./lab/test.ts";
import { Interrupted, interruption } from "./start/interruption.ts";
import { StartError } from "./start/step.ts";

const stop = interruption((reason) => process.exit(reason.exitCode));
const program = new Command("npm run lab --")
  .description("Writes, checks and proves lessons.")
  .showHelpAfterError()
  .configureHelp({ showGlobalOptions: true });

program
  .command("new")
  .argument("<slug>", "folder name of the lesson: lower-case letters, digits and hyphens")
  .description("makes a lesson to start from; it passes lint and test as it is")
  .action((slug: string) => attempt(() => newLesson(slug)));

program
  .command("lint")
  .argument("[lesson...]", "lessons to look at; all by default")
  .option("--json", "print the problems as JSON")
  .description("prints every mistake with file, line and cure; exits with 1 if there is one")
  .action((slugs: string[], options: { json?: true }) => attempt(() => lintLessons(slugs, options)));

program
  .command("test")
  .argument("[lesson...]", "lessons to prove; all by default")
  .option("--json", "print the results as JSON")
  .option("--keep", "leave the sandboxes running until Ctrl-C, to look into them")
  .description("proves every task in a real sandbox: its check fails before its solution and passes after; needs root")
  .action((slugs: string[], options: { json?: true; keep?: true }) => attempt(() => testLessons(slugs, options, stop)));

await program.parseAsync();

/** Runs a command, which returns the exit code, and tells what a person can act on without a stack. */
async function attempt(command: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await command();
  } catch (error) {
    if (stop.aborted && stop.reason instanceof Interrupted) {
      console.error(`\n${stop.reason.message}; nothing is left behind.`);
      process.exitCode = stop.reason.exitCode;
    } else if (error instanceof StartError || error instanceof ConfigurationError) {
      console.error(error.message);
      process.exitCode = 1;
    } else throw error;
  }
}
