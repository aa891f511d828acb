import type { ErrorCode } from "./protocol.ts";
import { SandboxError } from "./sandbox/driver.ts";

/** A no that the page is told: `message` is one sentence for the learner, what is wrong and what to do. */
export class Refusal extends Error {
  readonly code: ErrorCode;
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "Refusal";
    this.code = code;
  }
}

export function tooFast(): Refusal {
  return new Refusal("too-fast", "That was asked too often. Wait a second, then try again.");
}

const CODES: Readonly<Record<SandboxError["code"], ErrorCode>> = {
  "create-failed": "create-failed",
  "disk-full": "disk-full",
  "not-found": "no-such-terminal",
  "bad-size": "bad-message",
};

/** What the page is told of an error. What no one foresaw is told as `internal`, without details: those are in the log. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  if (error instanceof SandboxError) return new Refusal(CODES[error.code], error.message, { cause: error });
  return new Refusal(
    "internal",
    "Something went wrong in the lab-server. Try again; your operator finds the reason in the log.",
    { cause: error },
  );
}
