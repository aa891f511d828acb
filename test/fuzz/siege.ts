/** Sends thousands of samples, some at once, from one seed. */
import fc, { type Arbitrary } from "fast-check";

/** Samples that are drawn at once: a batch has its own seed, so that it can be had again alone. */
const BATCH = 500;

export type Siege<T> = {
  arbitrary: Arbitrary<T>;
  count: number;
  seed: number;
  /** How many senders there are. */
  width: number;
  /** Sends a sender's share of a batch. Throws where the answer is not what it must be. */
  send: (samples: readonly T[], sender: number) => Promise<void>;
  onProgress?: (sent: number) => void;
};

/** Resolves when all are sent; throws with the seed of the batch that failed. */
export async function lay<T>({ arbitrary, count, seed, width, send, onProgress }: Siege<T>): Promise<void> {
  let batch = 0;
  let sent = 0;
  await Promise.all(
    Array.from({ length: width }, async (_, sender) => {
      while (batch * BATCH < count) {
        const own = batch++;
        const samples = fc.sample(arbitrary, { numRuns: Math.min(BATCH, count - own * BATCH), seed: seed + own });
        try {
          await send(samples, sender);
        } catch (cause) {
          throw new Error(`Batch ${own} failed; UNBOXED_SEED=${seed} has all of it again.`, { cause });
        }
        sent += samples.length;
        onProgress?.(sent);
      }
    }),
  );
}
