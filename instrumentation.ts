/** Runs once when the site starts, before it answers: a bad configuration ends it at once, with a sentence for each bad value. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== "nodejs") return;
  const { startSite } = await import("./app/start.ts");
  await startSite();
}
