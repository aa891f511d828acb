/** How often learners and addresses may ask for what costs something. A classroom may share one address. */
import type { IncomingMessage } from "node:http";
import { type Rate, RateLimit } from "./rate-limit.ts";

type Rule = { what: string; applies: (method: string, path: string) => boolean; address: Rate; learner?: Rate };

const RULES: readonly Rule[] = [
  {
    what: "ticket",
    applies: (method, path) => method === "POST" && (path === "/api/ticket" || path === "/api/staff-ticket"),
    address: { burst: 600, perSecond: 20 },
    learner: { burst: 60, perSecond: 2 },
  },
  {
    what: "search",
    applies: (_, path) => path === "/api/search",
    address: { burst: 600, perSecond: 30 },
    learner: { burst: 60, perSecond: 10 },
  },
  {
    // Each takes the processor a twentieth of a second, to make a password's hash slow to guess.
    what: "sign-in",
    applies: (method, path) => method === "POST" && /^\/(sign-in|sign-up|setup|invitation|password|account)(\/|$)/.test(path),
    address: { burst: 200, perSecond: 1 },
    learner: { burst: 30, perSecond: 0.2 },
  },
  {
    // A class comes in at once.
    what: "join",
    applies: (_, path) => /^\/join(\/|$)/.test(path),
    address: { burst: 900, perSecond: 10 },
    learner: { burst: 30, perSecond: 0.5 },
  },
  {
    // Pages of learners who wait for their instructor ask every few seconds whether something is open.
    what: "class",
    applies: (method, path) => method === "GET" && path.startsWith("/api/class/"),
    address: { burst: 1_500, perSecond: 150 },
    learner: { burst: 20, perSecond: 2 },
  },
  {
    // Answers to quizzes and solutions.
    what: "action",
    applies: (method) => method === "POST",
    address: { burst: 600, perSecond: 20 },
    learner: { burst: 60, perSecond: 2 },
  },
  {
    what: "page",
    applies: (_, path) => !path.startsWith("/_next/"),
    address: { burst: 1_500, perSecond: 50 },
  },
];
/** Who comes without a cookie and opens a lesson or joins a class is given an identity, of which the database keeps a row. */
const NEW_LEARNERS: Rate = { burst: 300, perSecond: 1 };
/** Connections to the lab-server: after it has begun anew all pages come at once. */
const SOCKETS: Rate = { burst: 600, perSecond: 20 };

export class Rates {
  readonly #rules = RULES.map((rule) => ({
    ...rule,
    byAddress: new RateLimit(rule.address),
    byLearner: rule.learner && new RateLimit(rule.learner),
  }));
  readonly #newLearners = new RateLimit(NEW_LEARNERS);
  readonly #sockets = new RateLimit(SOCKETS);

  /** Seconds until the request may be made; 0 where it may be now, and then it counts. */
  take({ method = "" }: IncomingMessage, path: string, who: { network: string; learner: string | undefined }): number {
    const rule = this.#rules.find(({ applies }) => applies(method, path));
    const waits = [
      rule?.byAddress.take(who.network) ?? 0,
      who.learner === undefined ? 0 : (rule?.byLearner?.take(who.learner) ?? 0),
      who.learner === undefined && /^\/(lessons|join)\//.test(path) ? this.#newLearners.take(who.network) : 0,
    ];
    return Math.max(...waits);
  }

  /** The same for a connection to the lab-server. */
  takeSocket(network: string): number {
    return this.#sockets.take(network);
  }
}
