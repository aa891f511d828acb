/** What may come over a staff page's WebSocket, from right to absurd. */
import fc, { type Arbitrary } from "fast-check";
import { MAX_COMMAND, MAX_MESSAGE, MAX_TERMINALS } from "../../lab-server/protocol.ts";
import { STAFF_PROTOCOL_VERSION, type StaffClientMessage } from "../../lab-server/staff/wire.ts";
import { framesAround } from "./frames.ts";

const id = fc.nat();
const learner = fc.oneof(fc.constantFrom("learner-ann", "learner-ben"), fc.stringMatching(/^[A-Za-z0-9_-]{8,64}$/));
const lesson = fc.oneof(fc.constantFrom("school", "other"), fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,63}$/));
const text = fc.string({ minLength: 1, maxLength: MAX_MESSAGE });
const command = fc.string({ minLength: 1, maxLength: MAX_COMMAND });
const to = fc.oneof(fc.constant("all" as const), fc.array(learner, { minLength: 1, maxLength: 20 }));
const terminal = fc.integer({ min: 1, max: MAX_TERMINALS });

/** A message as the wire has it. A drain, which ends the lab-server, is not among them. */
export const staffMessage: Arbitrary<StaffClientMessage> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ type: fc.constant("ping" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record(
      { type: fc.constant("message" as const), id, to, text, command },
      { requiredKeys: ["type", "id", "to", "text"] },
    ),
  },
  { weight: 4, arbitrary: fc.record({ type: fc.constant("hand.lower" as const), id, learner }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reset" as const), id, learner, lesson }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("extend" as const), id, learner, lesson }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("demonstration.start" as const), id, lesson, terminal }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("demonstration.stop" as const), id }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("statistics" as const), id, lesson }) },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("sandbox.end" as const), id, sandbox: fc.stringMatching(/^[0-9a-f]{16}$/) }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("sandbox.end-all" as const), id }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("broadcast" as const), id, text }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("hello" as const),
      protocol: fc.constant(STAFF_PROTOCOL_VERSION),
      ticket: fc.string({ maxLength: 300 }),
    }),
  },
);

/** Any frame to a staff page's socket. */
export const staffFrame = framesAround(staffMessage, ["id", "to", "text", "learner", "lesson", "terminal", "sandbox", "type"]);
