import { Command, InvalidArgumentError } from "commander";
import { fuzz } from "../test/fuzz/long-run.ts";

await new Command("npm run fuzz --")
  .description(
    `Sends frames to a real lab-server and requests to it and to the site, and sees that neither ends, logs what nobody foresaw, or grows. \
Needs root, and what the tests need. UNBOXED_SEED=N has a run again.`,
  )
  .option("--frames <n>", "frames on WebSockets", wholeNumber, 1_000_000)
  .option("--requests <n>", "HTTP requests", wholeNumber, 100_000)
  .showHelpAfterError()
  .action(async (amount: { frames: number; requests: number }) => {
    const problems = await fuzz({ ...amount, say: console.log });
    for (const problem of problems) console.error(problem);
    process.exit(problems.length === 0 ? 0 : 1);
  })
  .parseAsync();

function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It must be a whole number.");
  return Number(text);
}
