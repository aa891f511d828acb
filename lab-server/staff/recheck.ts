import { Refusal } from "../refusal.ts";
import type { Beat } from "./beat.ts";

/** Beats between looks whether somebody still may what they do. */
const EVERY = 2;

/** Looks again and again whether `demand` still holds; what it refuses goes to `onRefused`. Until what is returned is called. */
export function recheck(beat: Beat, demand: () => Promise<unknown>, onRefused: (refusal: Refusal) => void): () => void {
  let beats = 0;
  return beat.each(async () => {
    beats += 1;
    if (beats % EVERY !== 0) return;
    try {
      await demand();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      onRefused(error);
    }
  });
}
