import { join } from "node:path";
import { NODE_FLAGS } from "../../lab-server/node-flags.ts";
import { removeLeftovers } from "./leftovers.ts";
import { LogFile } from "./log-file.ts";
import { Service, type ServiceOptions } from "./service.ts";
import type { SetUp } from "./set-up.ts";
import { CLONE, databaseVariables, NODE, reachable, type Settings } from "./settings.ts";
import { devSiteCommand, siteCommand } from "./site.ts";
import { bold, red, step } from "./step.ts";

/** Milliseconds until both must be healthy: a first `next dev` compiles, and the lab-server makes its first sandboxes. */
const HEALTHY_WITHIN = 120_000;
/** Milliseconds from SIGTERM to SIGKILL. The lab-server gives itself 30 seconds to remove every sandbox. */
const LAB_STOP_TIMEOUT = 40_000;
const SITE_STOP_TIMEOUT = 5_000;

type Mode = { dev: boolean; stop: AbortSignal };

/** Starts both processes, keeps them running, and when told to stop ends them and sees that nothing is left. Resolves to the exit code. */
export async function runUntilStopped(settings: Settings, { secret, build }: SetUp, { dev, stop }: Mode): Promise<number> {
  const lab = new Service({
    ...labServer(settings, secret, dev),
    ...watched("lab-server", settings, dev),
    onDone: () =>
      console.log("\nThe lab-server was drained and has ended. To make sandboxes again, end this by Ctrl-C and run npm start."),
  });
  const command = build === undefined ? devSiteCommand(settings, secret) : siteCommand(settings, build, secret);
  let firstOperator = "";
  const site = new Service({
    ...command,
    healthUrl: `http://${reachable(settings.host)}:${settings.port}/api/health`,
    stopTimeout: SITE_STOP_TIMEOUT,
    ...watched("site", settings, dev, (line) => {
      // app/first-operator.ts
      if (line.startsWith("This site has no operator yet.")) firstOperator = line;
    }),
  });
  let failure: unknown;
  try {
    lab.start();
    site.start();
    await step("lab-server", () => lab.untilHealthy(HEALTHY_WITHIN, stop));
    await step("site", () => site.untilHealthy(HEALTHY_WITHIN, stop));
    const first = firstOperator === "" ? "" : `${firstOperator}\n\n`;
    console.log(
      `\n  ${bold(settings.url)}\n\n${first}Ctrl-C ends the site, the lab-server and every sandbox. Logs are in ${join(settings.stateFolder, "logs")}.`,
    );
    await aborted(stop);
    console.log();
  } catch (error) {
    failure = error;
  }
  const left = await end(settings, [lab, site]);
  if (left.length > 0)
    console.error(red(`This is left and could not be removed:\n${left.map((line) => `  ${line}`).join("\n")}`));
  if (failure !== undefined) throw failure;
  return left.length === 0 ? 0 : 1;
}

/** Ends the services. Returns a line for each thing that is left. */
async function end(settings: Settings, services: readonly Service[]): Promise<string[]> {
  return step("stopping", async (progress) => {
    progress.say("the site, the lab-server and its sandboxes");
    await Promise.all(services.map((service) => service.stop()));
    try {
      return await removeLeftovers({ ...settings, sessions: services.flatMap(({ sessions }) => sessions) });
    } catch (error) {
      return [`What is left cannot be told: ${error instanceof Error ? error.message : error}`];
    }
  });
}

function labServer(
  settings: Settings,
  secret: string,
  dev: boolean,
): Pick<ServiceOptions, "argv" | "env" | "healthUrl" | "stopTimeout"> {
  const program = [
    NODE,
    ...NODE_FLAGS,
    ...(dev ? ["--watch", "--watch-preserve-output"] : []),
    join(CLONE, "lab-server/main.ts"),
  ];
  return {
    // Where this process is killed, the lab-server is told to end and cleans up.
    argv: ["setpriv", "--pdeathsig", "TERM", "--", ...program],
    env: {
      ...process.env,
      PATH: `${process.env.PATH ?? ""}:/usr/local/sbin:/usr/sbin:/sbin`,
      ...settings.shared,
      UNBOXED_SECRET: secret,
      UNBOXED_STATE: settings.stateFolder,
      UNBOXED_IMAGES: settings.imagesFolder,
      UNBOXED_LESSONS: settings.lessonsFolder,
      ...databaseVariables(settings.database),
      UNBOXED_KEEP_SANDBOXES: dev ? "1" : "0",
      NODE_ENV: dev ? "development" : "production",
    },
    healthUrl: `http://${reachable(settings.labHost)}:${settings.labPort}/lab/healthz`,
    stopTimeout: LAB_STOP_TIMEOUT,
  };
}

function watched(
  name: string,
  settings: Settings,
  dev: boolean,
  hear: (line: string) => void = () => {},
): Pick<ServiceOptions, "name" | "cwd" | "log" | "onLine" | "onDeath"> {
  return {
    name,
    cwd: CLONE,
    log: new LogFile(join(settings.stateFolder, "logs", `${name}.log`)),
    onLine: (line) => {
      hear(line);
      if (dev) console.log(`${name.padEnd(10)} │ ${line}`);
    },
    onDeath: ({ how, lastLines, restartIn }) => {
      console.error(
        `\n${red(`The ${name} ${how}.`)} Its last lines:\n${lastLines.map((line) => `    ${line}`).join("\n")}\nIt starts again in ${restartIn / 1000} s.`,
      );
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
