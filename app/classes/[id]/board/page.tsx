import type { Metadata } from "next";
import { Board } from "../../../../components/classroom/board/board.tsx";
import { Invitation } from "../../../../components/classroom/board/invitation.tsx";
import { ArchivedBoard } from "../../../../components/classroom/board/nothing-yet.tsx";
import { QrCode } from "../../../../components/classroom/manage/qr-code.tsx";
import { boardTicket } from "../../../staff-tickets.ts";
import { demandClass } from "../../class-access.ts";
import { joinLink } from "../../join-link.ts";
import { openNext } from "../lesson-actions.ts";

export const metadata: Metadata = { title: "Board" };

/** The live board of a class, for those who teach it. */
export default async function BoardPage({ params }: { params: Promise<{ id: string }> }) {
  const { account, taught } = await demandClass((await params).id);
  if (taught.archivedAt !== null) return <ArchivedBoard classId={taught.id} />;
  const [ticket, link] = await Promise.all([boardTicket(account, taught.id), joinLink(taught.code)]);
  return (
    <Board
      classId={taught.id}
      ticket={ticket}
      invitation={<Invitation code={taught.code} link={link} qr={<QrCode text={link} />} />}
      openNext={openNext.bind(null, taught.id)}
    />
  );
}
