/** The table of docs/self-hosting/sizing.md, to be pasted there. */

/** What one learner takes. Megabytes; `share` of a core; learners for each core and GB. */
export type Size = {
  lesson: string;
  minutes: number;
  megabytes: number;
  cache: number;
  /** The most that one sandbox had at any time, files' pages included. */
  peak: number;
  share: number;
  disk: number;
  perCore: number;
  perGigabyte: number;
  /** Of the servers without a learner, megabytes. */
  base: number;
  /** Whether other programs kept the machine busy. */
  noisy: boolean;
};

/** Prints it beside the progress, so that what is printed for programs stays as it is. */
export function printSizes(sizes: readonly Size[], machine: string): void {
  const head =
    "| lesson | memory | files' pages | peak of a sandbox | CPU | disk | learners a core | learners a GB | which binds |";
  const lines = sizes.map(({ lesson, megabytes, cache, peak, share, disk, perCore, perGigabyte }) =>
    [
      "",
      lesson,
      `${megabytes.toFixed(0)} MB`,
      `${cache.toFixed(0)} MB`,
      `${peak.toFixed(0)} MB`,
      `${(share * 100).toFixed(1)} %`,
      `${disk.toFixed(1)} MB`,
      perCore.toFixed(0),
      perGigabyte.toFixed(0),
      `CPU from ${(perCore / perGigabyte).toFixed(1)} GB a core on`,
      "",
    ]
      .join(" | ")
      .trim(),
  );
  const base = Math.max(...sizes.map((size) => size.base));
  const noise = sizes.some(({ noisy }) => noisy) ? "; other programs kept it busy meanwhile" : "";
  console.error(
    [
      "",
      `${machine}${noise}. Servers without a learner: ${base.toFixed(0)} MB.`,
      "",
      head,
      head.replaceAll(/[^|]+/g, " --- "),
      ...lines,
      "",
    ].join("\n"),
  );
}
