/** The site's short-lived word to the lab-server: this learner may work on this lesson. Signed, never stored. */
import { jwtVerify, SignJWT } from "jose";
import { z } from "zod";

const AUDIENCE = "unboxed-lab-server";
/** Seconds. Long enough for a slow phone to open the socket, too short to be worth stealing. */
const LIFETIME = 60;

const Ticket = z.object({
  learner: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  lesson: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/),
});
export type Ticket = z.infer<typeof Ticket>;

/** Signs a ticket (HS256, RFC 7519). `secret` has at least 32 bytes. */
export function signTicket(ticket: Ticket, secret: Uint8Array, lifetime = LIFETIME): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  return new SignJWT(Ticket.parse(ticket))
    .setProtectedHeader({ alg: "HS256" })
    .setAudience(AUDIENCE)
    .setIssuedAt(now)
    .setExpirationTime(now + lifetime)
    .sign(secret);
}

/** Reads a ticket. Throws if it is forged, expired, or not for the lab-server. */
export async function readTicket(token: string, secret: Uint8Array): Promise<Ticket> {
  const { payload } = await jwtVerify(token, secret, { audience: AUDIENCE, algorithms: ["HS256"] });
  return Ticket.parse(payload);
}
