/** What is read while a learner works may be gone between two calls. */

/** A process that is not the sandbox's (any more). */
export class NotInside extends Error {
  constructor(pid: number) {
    super(`Process ${pid} is not in the sandbox.`);
    this.name = "NotInside";
  }
}

const CODES = ["ENOENT", "ESRCH", "ENODEV", "EACCES", "ENOTDIR"];

/** Whether an error says that a process, a group or a file is not there any more, or is hidden now. */
export function isVanished(error: unknown): boolean {
  if (error instanceof NotInside) return true;
  return error instanceof Error && "code" in error && typeof error.code === "string" && CODES.includes(error.code);
}

/** What `read` returns; undefined where what it reads has vanished. Throws everything else. */
export function unlessVanished<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isVanished(error)) return undefined;
    throw error;
  }
}

/** Not what is there, but this process has not enough, or asks for nonsense. */
const OURS = ["EMFILE", "ENFILE", "ENOMEM", "ERR_INVALID_ARG_TYPE", "ERR_INVALID_ARG_VALUE"];

/**
 * What `read` returns; undefined where it fails by what is there: a mount or a symbolic link in the way, a file system that does not let us in or
 * is broken. A learner can make any of these. Throws where it is this process that has not enough.
 */
export function unlessUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (isVanished(error)) return undefined;
    if (error instanceof Error && "code" in error && typeof error.code === "string" && !OURS.includes(error.code))
      return undefined;
    throw error;
  }
}
