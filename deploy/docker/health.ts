/** The health check of a container: `node health.ts URL` ends with 0 where the URL answers well, else with 1 and a sentence. */
import { argv } from "node:process";

/** Milliseconds. The engine ends it after five seconds. */
const PATIENCE = 4_000;

const [url] = argv.slice(2);
if (url === undefined) throw new Error("Usage: node deploy/docker/health.ts URL");
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) fail(`${url} answers with ${answer.status}: ${(await answer.text()).slice(0, 500)}`);
} catch (error) {
  fail(`${url} does not answer: ${error instanceof Error ? (error.cause ?? error.message) : error}`);
}

function fail(sentence: string): void {
  console.error(sentence);
  process.exitCode = 1;
}
