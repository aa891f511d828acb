/** What host and guest say to each other: JSON, one message a line, over one virtio-serial port. */
import { z } from "zod";

/** Name of the port: /dev/virtio-ports/NAME in the guest. */
export const PORT_NAME = "unboxed.job";

/** What there is to run, in the order in which it is run. */
export const SUITES = ["host", "service", "lab", "lessons", "removal", "containers"] as const;
export type Suite = (typeof SUITES)[number];
/** Runs only where it is named. */
export const ON_REQUEST: Suite = "containers";

/** From the host, once: what to run. */
export const Job = z.object({
  suites: z.array(z.enum(SUITES)),
  /** Only lab test files and lessons whose name matches this regular expression. */
  only: z.string().optional(),
  /** How many times longer than on a real machine things are waited for. */
  patience: z.number(),
  /** A bash script to run instead of suites. */
  script: z.string().optional(),
});
export type Job = z.infer<typeof Job>;

const Row = z.object({
  type: z.literal("row"),
  suite: z.string(),
  name: z.string(),
  state: z.enum(["passed", "failed", "skipped"]),
  seconds: z.number(),
  /** Why it failed or was skipped. */
  detail: z.string().optional(),
});
export type Row = z.infer<typeof Row>;

/** From the guest. `end` is the last, and without it the job did not end. */
export const GuestEvent = z.discriminatedUnion("type", [
  /** The guest is up and waits for the job. `booted`: seconds since its kernel began. */
  z.object({ type: z.literal("up"), kernel: z.string(), booted: z.number() }),
  z.object({ type: z.literal("begin"), suite: z.string() }),
  /** What a program printed. */
  z.object({ type: z.literal("output"), text: z.string() }),
  Row,
  z.object({ type: z.literal("end"), code: z.int() }),
]);
export type GuestEvent = z.infer<typeof GuestEvent>;
