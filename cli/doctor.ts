import { existsSync } from "node:fs";
import { join } from "node:path";
import { Command } from "commander";
import { checkHost, checkPlace, checkTools } from "./doctor/checks.ts";
import { type Finding, readMore } from "./doctor/finding.ts";
import { printFindings } from "./doctor/table.ts";
import { findPlace } from "./service/instance-place.ts";
import { areUnitsPlaced } from "./service/systemd.ts";
import { heldBy } from "./start/pid-file.ts";
import { listening } from "./start/settings.ts";
import { StartError } from "./start/step.ts";

await new Command("npm run doctor --")
  .description("Checks whether this machine can run Unboxed. Exits with 1 if something that is needed is missing.")
  .option("--json", "print what was found as JSON")
  .showHelpAfterError()
  .action(({ json = false }: { json?: boolean }) => main(json))
  .parseAsync();

async function main(json: boolean): Promise<void> {
  const findings = [...(await checkHost()), ...(await checkTools()), ...(await place())];
  if (json)
    console.log(
      JSON.stringify(
        findings.map((finding) => ({ ...finding, more: readMore(finding.name) })),
        undefined,
        2,
      ),
    );
  else printFindings(findings);
  process.exitCode = findings.some(({ state }) => state === "failure") ? 1 : 0;
}

async function place(): Promise<Finding[]> {
  try {
    const { settings, service } = findPlace(process.env);
    const running = heldBy(join(settings.stateFolder, "start.pid"));
    const isOurs = running !== undefined || (service && areUnitsPlaced());
    const findings = await checkPlace({ stateFolder: settings.stateFolder, listen: isOurs ? [] : listening(settings) });
    const image = existsSync(join(settings.imagesFolder, "debian"));
    findings.push({ name: "image", state: "ok", found: image ? "built" : "not built yet: the start does it" });
    if (running !== undefined) findings.push({ name: "running", state: "ok", found: `process ${running} at ${settings.url}` });
    if (service) findings.push({ name: "running", state: "ok", found: `installed as a service, at ${settings.url}` });
    return findings;
  } catch (error) {
    if (!(error instanceof StartError)) throw error;
    return [{ name: "environment", state: "failure", found: "bad", cure: error.message }];
  }
}
