import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { parseEnv } from "node:util";
import { CONFIGURATION } from "./place.ts";

const HEAD = `# Configuration of the Unboxed service: NAME=value, one a line. docs/self-hosting/configure.md lists every name.
# After a change: systemctl restart unboxed.target (sandboxes go on).

# The address that learners open. With a reverse proxy: its https:// address.
#UNBOXED_ORIGIN=https://lab.example.org

# Signs cookies and tickets. Whoever knows it is every learner; with another one every learner begins anew.
`;

/** Makes the configuration where there is none, and a secret in it where it has none. Returns whether it did something. */
export function makeConfiguration(): boolean {
  const text = existsSync(CONFIGURATION) ? readFileSync(CONFIGURATION, "utf8") : HEAD;
  if (existsSync(CONFIGURATION) && parseEnv(text).UNBOXED_SECRET) {
    chmodSync(CONFIGURATION, 0o600);
    return false;
  }
  writeConfiguration(`${text.replace(/\n?$/, "\n")}UNBOXED_SECRET=${randomBytes(32).toString("base64url")}\n`);
  return true;
}

/** Replaces the configuration, which only root can read. */
export function writeConfiguration(text: string): void {
  mkdirSync(dirname(CONFIGURATION), { recursive: true, mode: 0o755 });
  const draft = `${CONFIGURATION}.draft`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, CONFIGURATION);
}
