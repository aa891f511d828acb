/** Lets staff pages in by their tickets: instructors to the board of a class, operators to the machine. */
import { readStaffTicket, type StaffTicket } from "../../classroom/ticket.ts";
import { Refusal } from "../refusal.ts";
import type { Door } from "../socket.ts";
import { BoardDesk, type BoardDeskOptions } from "./board-desk.ts";
import type { Desk } from "./desk.ts";
import { OperatorDesk, type OperatorDeskOptions } from "./operator-desk.ts";
import { StaffPage } from "./staff-page.ts";

/** Staff pages that one account may have open at once. */
const MOST_PAGES = 16;

export type StaffDoorOptions = BoardDeskOptions & OperatorDeskOptions & { secret: Uint8Array };

export function staffDoor(options: StaffDoorOptions): Door {
  const open = new Map<string, number>();
  return (socket, log) => {
    let leave = () => {};
    new StaffPage({
      socket,
      log,
      enter: async (token, page) => {
        const ticket = await read(token, options.secret);
        if (page.gone) throw new Refusal("bad-message", "The page left before it was welcomed.");
        leave = take(open, ticket.account);
        const desk = await enter(options, ticket, page);
        const { kind, account } = ticket;
        log.info({ kind, account, ...(ticket.kind === "board" ? { class: ticket.class } : {}) }, "a staff page entered");
        return desk;
      },
      onClose: () => leave(),
    });
  };
}

function enter(options: StaffDoorOptions, ticket: StaffTicket, page: StaffPage): Promise<Desk> {
  return ticket.kind === "board" ? BoardDesk.open(options, ticket, page) : OperatorDesk.open(options, ticket, page);
}

async function read(token: string, secret: Uint8Array): Promise<StaffTicket> {
  try {
    return await readStaffTicket(token, secret);
  } catch (cause) {
    throw new Refusal("bad-ticket", "The page's ticket is not valid or too old. Reload the page.", { cause });
  }
}

/** Returns what to call when the page leaves. Throws Refusal where the account has too many. */
function take(open: Map<string, number>, account: string): () => void {
  const count = open.get(account) ?? 0;
  if (count >= MOST_PAGES)
    throw new Refusal("not-allowed", `You have ${count} such pages open. Close some of them, then reload this one.`);
  open.set(account, count + 1);
  return () => {
    const left = (open.get(account) ?? 1) - 1;
    if (left > 0) open.set(account, left);
    else open.delete(account);
  };
}
