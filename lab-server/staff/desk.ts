/** What a staff page may do, by its ticket. */
import type { StaffClientMessage } from "./wire.ts";

export type StaffWish = Exclude<StaffClientMessage, { type: "hello" | "ping" }>;

/** The answer to a wish: undefined where it has been answered already. */
export type Answer = { reached?: number } | undefined;

export interface Desk {
  /** Throws Refusal. */
  handle(wish: StaffWish): Promise<Answer>;
  leave(): void;
}
