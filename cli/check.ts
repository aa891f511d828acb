import { CHECKS } from "./check/checks.ts";
import { interruption } from "./start/interruption.ts";
import { step } from "./start/step.ts";

const stop = interruption((reason) => process.exit(reason.exitCode));
for (const { name, run } of CHECKS) {
  try {
    await step(name, async () => {
      const { ok, output } = await run(stop);
      if (!ok) throw new Error(output);
    });
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
