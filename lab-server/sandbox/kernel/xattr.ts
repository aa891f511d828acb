/** getxattr(2): an extended attribute of a file. */
import { systemCall } from "./libc.ts";

const getxattr = systemCall("long getxattr(const char *path, const char *name, _Out_ void *value, size_t size)");

/** Longest value that is read. */
const value = Buffer.alloc(64);

/** `path` is bytes that end with a zero. undefined where there is no such attribute, or a longer one. */
export function extendedAttribute(path: Buffer, name: string): string | undefined {
  const length: unknown = getxattr(path, name, value, value.length);
  return typeof length === "number" && length >= 0 ? value.toString("latin1", 0, length) : undefined;
}
