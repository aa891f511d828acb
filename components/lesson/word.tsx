import type { ReactNode } from "react";
import { kindOf } from "./kind.ts";

/** A word of the machine in a sentence. Names of namespaces and controllers wear their colour. */
export function Word({ children }: { children: ReactNode }) {
  const kind = typeof children === "string" ? kindOf(children) : undefined;
  return <code data-kind={kind}>{children}</code>;
}
