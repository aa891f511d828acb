/** What the lab-server's main thread and the thread that reads sandboxes say to one another. */
import type { Facts, RawFile, Reference } from "./facts.ts";
import type { Subject } from "./subject.ts";

export type ToReader =
  /** Somebody looks: read it again and again. `nextEvent` is the number of its next event. */
  | { type: "look"; subject: Subject; nextEvent: number }
  /** Somebody needs everything there is to see, as `frame` "facts". */
  | { type: "tell"; id: string }
  /** Nobody looks any more. */
  | { type: "rest"; id: string }
  /** The sandbox has ended: nothing of it is to be kept. */
  | { type: "forget"; id: string }
  | { type: "raw"; request: number; id: string; of: Reference }
  /** Read it now and whole, whether anybody looks or not. */
  | { type: "read"; request: number; subject: Subject };

export type FromReader =
  /**
   * A message for the pages, as JSON in UTF-8. `to`: `xray.facts` goes to those who wait for everything, or to all; `xray.change` to those who
   * have what was before.
   */
  | { type: "frame"; id: string; frame: Uint8Array<ArrayBuffer>; to: "waiting" | "all" | "live"; nextEvent: number }
  | { type: "raw"; request: number; files: RawFile[] }
  | { type: "read"; request: number; facts: Facts }
  | { type: "failed"; request: number; message: string }
  /** For the log: it cannot be read now, and is tried again; or without an id, something else does not work. */
  | { type: "trouble"; id?: string; message: string };
