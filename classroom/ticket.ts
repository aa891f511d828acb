/** The site's short-lived word to the lab-server: what this page may do there. Signed, never stored. */
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

const AUDIENCE = "unboxed-lab-server";
/** Seconds. Long enough for a slow phone to open the socket, too short to be worth stealing. */
const LIFETIME = 60;

const learner = z.string().regex(/^[A-Za-z0-9_-]{8,64}$/);
const lesson = z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/);
const id = z.string().min(1).max(64);
const name = z.string().min(1).max(100);

/** This learner may work on this lesson. */
const LearnerTicket = z.object({ kind: z.literal("learner").default("learner"), learner, lesson });
/** This instructor may look at what a learner of their class does in a lesson. */
const WatchTicket = z.object({ kind: z.literal("watch"), learner, lesson, class: id, account: id, name });
/** This instructor may see the board of their class and help there. `learner`: the instructor's own, whose terminals they may show. */
const BoardTicket = z.object({ kind: z.literal("board"), class: id, account: id, name, learner });
/** This operator may see and end sandboxes. */
const OperatorTicket = z.object({ kind: z.literal("operator"), account: id, name });

const PageTicket = z.discriminatedUnion("kind", [LearnerTicket, WatchTicket]);
export type PageTicket = z.infer<typeof PageTicket>;
const StaffTicket = z.discriminatedUnion("kind", [BoardTicket, OperatorTicket]);
export type StaffTicket = z.infer<typeof StaffTicket>;
const Ticket = z.union([PageTicket, StaffTicket]);

/** Signs a ticket (HS256, RFC 7519). `secret` has at least 32 bytes. */
export function signTicket(ticket: z.input<typeof Ticket>, secret: Uint8Array, lifetime = LIFETIME): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(Ticket.parse(ticket))
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(secret);
}

/** Reads the ticket of a lab page. Throws if it is forged, expired, or of another kind. */
export async function readTicket(token: string, secret: Uint8Array): Promise<PageTicket> {
  return PageTicket.parse(await payloadOf(token, secret));
}

/** Reads the ticket of a staff page. Throws if it is forged, expired, or of another kind. */
export async function readStaffTicket(token: string, secret: Uint8Array): Promise<StaffTicket> {
  return StaffTicket.parse(await payloadOf(token, secret));
}

async function payloadOf(token: string, secret: Uint8Array): Promise<unknown> {
  const { payload } = await jwtVerify(token, secret, { audience: AUDIENCE, algorithms: ["HS256"] });
  return payload;
}
