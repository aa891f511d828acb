import { InvalidArgumentError } from "commander";

/** An argument of the command line that is a regular expression; throws InvalidArgumentError, which Commander tells. */
export function pattern(text: string): string {
  try {
    new RegExp(text);
    return text;
  } catch {
    throw new InvalidArgumentError("It must be a regular expression.");
  }
}
