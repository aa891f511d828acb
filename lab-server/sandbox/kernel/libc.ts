/** The C library's functions that Node has no word for, and their errors. */
import { getSystemErrorMap } from "node:util";
import koffi, { type KoffiFunc } from "koffi";

const library = koffi.load("libc.so.6");

/** "The current folder" where a call takes a folder's descriptor; absolute paths ignore it. */
export const AT_FDCWD = -100;

/** A system call that failed. `code` is the name of the error, as in Node's own errors. */
export class SystemCallError extends Error {
  readonly code: string;
  readonly errno: number;
  constructor(call: string, errno: number) {
    const [code, description] = getSystemErrorMap().get(-errno) ?? [`errno ${errno}`, "unknown error"];
    super(`${call}: ${description} (${code})`);
    this.name = "SystemCallError";
    this.code = code;
    this.errno = errno;
  }
}

/** A bound C function. Its arguments are checked by koffi when it is called. */
type SystemCall = KoffiFunc<(...args: unknown[]) => number>;

/** Binds a function that returns -1 and sets errno where it fails. `signature` is its C prototype. */
export function systemCall(signature: string): SystemCall {
  return library.func(signature);
}

/** Calls and returns the result. Throws SystemCallError, which `what` describes. */
export function call(what: string, fn: SystemCall, ...args: unknown[]): number {
  const result: unknown = fn(...args);
  if (typeof result !== "number" || result === -1) throw new SystemCallError(what, koffi.errno());
  return result;
}

/**
 * As `call`, on another thread, for calls that wait for a disk. errno belongs to that thread and is lost, so a call
 * that failed is made once more here to learn why; that it then succeeds is fine.
 */
export async function callAside(what: string, fn: SystemCall, ...args: unknown[]): Promise<number> {
  const result = await new Promise<unknown>((resolve, reject) => {
    fn.async(...args, (error: unknown, value: unknown) => (error ? reject(error) : resolve(value)));
  });
  return typeof result === "number" && result !== -1 ? result : call(what, fn, ...args);
}
