import { z } from "zod";
import { StartError } from "../start/step.ts";

const Patience = z.coerce.number().min(1).max(100).default(1);

/**
 * A duration, milliseconds, times UNBOXED_PATIENCE: an emulated machine, or one that is overloaded, needs a multiple of what a real one
 * needs. It is a proof's and a test's, not the product's. Throws StartError.
 */
export function patient(milliseconds: number, environment: NodeJS.ProcessEnv = process.env): number {
  const factor = Patience.safeParse(environment.UNBOXED_PATIENCE || undefined);
  if (!factor.success) throw new StartError("UNBOXED_PATIENCE must be a number from 1 to 100: how many times longer to wait.");
  return milliseconds * factor.data;
}
