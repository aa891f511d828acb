/** Lets lab pages in by their tickets: learners to their own sandboxes, instructors to look on. */
import type { Logger } from "pino";
import { type PageTicket, readTicket } from "../classroom/ticket.ts";
import type { Attendance } from "./attendance.ts";
import { LearnerAttendance } from "./learner-attendance.ts";
import { type Hello, Page } from "./page.ts";
import type { PagePlaces } from "./page-places.ts";
import { Refusal } from "./refusal.ts";
import type { Sessions } from "./sessions.ts";
import type { Door } from "./socket.ts";
import type { LiveClasses } from "./staff/live-classes.ts";
import { Watch, type WatchOptions } from "./staff/watch.ts";

export type PageDoorOptions = WatchOptions & {
  sessions: Sessions;
  classes: LiveClasses;
  places: PagePlaces;
  secret: Uint8Array;
};

export function pageDoor(options: PageDoorOptions): Door {
  return (socket, log) => {
    let leave = () => {};
    new Page({
      socket,
      log,
      enter: async (hello, page) => {
        const ticket = await read(hello, options.secret);
        if (page.gone) throw new Refusal("bad-message", "The page left before it was welcomed.");
        const person = ticket.kind === "watch" ? `account/${ticket.account}` : ticket.learner;
        leave = options.places.take(person, hello.client, socket);
        const attendance = await enter(options, ticket, page);
        logEntry(log, ticket, attendance);
        return attendance;
      },
      onClose: () => leave(),
    });
  };
}

async function enter(options: PageDoorOptions, ticket: PageTicket, page: Page): Promise<Attendance> {
  if (ticket.kind === "watch") return Watch.begin(options, ticket, page);
  const { learner, lesson } = ticket;
  const session = await options.classes.admit(ticket, () => options.sessions.enter({ learner, lesson }, page));
  return new LearnerAttendance(session, page, options.classes);
}

async function read(hello: Hello, secret: Uint8Array): Promise<PageTicket> {
  try {
    return await readTicket(hello.ticket, secret);
  } catch (cause) {
    throw new Refusal("bad-ticket", "The page's ticket is not valid or too old. Reload the page.", { cause });
  }
}

function logEntry(log: Logger, ticket: PageTicket, { session }: Attendance): void {
  const { learner, lesson } = session.owner;
  const who = ticket.kind === "watch" ? { account: ticket.account, class: ticket.class } : {};
  const what = ticket.kind === "watch" ? "a page looks on" : "a page entered";
  log.info({ learner, lesson, ...who, sandbox: session.sandbox?.id }, what);
}
