import { performance } from "node:perf_hooks";

/** What a step may say while it runs and when it is done. */
export type Progress = {
  /** What it is doing now: shown on a terminal only. */
  say(what: string): void;
  /** Shown behind the title when the step is done, for example "already there". */
  result(what: string): void;
};

/** For work whose steps are not shown. */
export const SILENT: Progress = { say: () => undefined, result: () => undefined };

/**
 * Runs one step of a longer work and gives it one line with its time. On a terminal the line lives while the step runs; elsewhere
 * it appears when the step ends. Throws what the step throws, with the line marked as failed.
 */
export async function step<T>(title: string, work: (progress: Progress) => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  const live = process.stdout.isTTY;
  let now = "";
  let result = "";
  const draw = () => {
    const line = `  …  ${title}${now && `: ${now}`} (${seconds(begun)})`;
    process.stdout.write(`\r\x1b[K${line.slice(0, (process.stdout.columns || 80) - 1)}`);
  };
  const beat = live ? setInterval(draw, 200) : undefined;
  if (live) draw();
  const end = (mark: string) => {
    clearInterval(beat);
    process.stdout.write(`${live ? "\r\x1b[K" : ""}  ${mark} ${title}${result && `: ${result}`}, ${seconds(begun)}\n`);
  };
  try {
    const value = await work({
      say: (what) => {
        now = what;
      },
      result: (what) => {
        result = what;
      },
    });
    end(green("ok"));
    return value;
  } catch (error) {
    end(red("!!"));
    throw error;
  }
}

/** Something that a person can act on: printed as it is, without a stack. */
export class StartError extends Error {
  override readonly name = "StartError";
}

export function bold(text: string): string {
  return colour(text, 1);
}
export function green(text: string): string {
  return colour(text, 32);
}
export function red(text: string): string {
  return colour(text, 31);
}
export function yellow(text: string): string {
  return colour(text, 33);
}

/** Select Graphic Rendition (ECMA-48), where the output is a terminal and https://no-color.org is not asked for. */
function colour(text: string, code: number): string {
  return process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[${code}m${text}\x1b[0m` : text;
}

function seconds(begun: number): string {
  return `${((performance.now() - begun) / 1000).toFixed(1)} s`;
}
