import type { Metadata } from "next";
import { membersOf } from "../../../../classroom/members.ts";
import { rosterOf } from "../../../../classroom/roster.ts";
import { MOST_ROSTER_BYTES } from "../../../../classroom/roster-file.ts";
import { Learners } from "../../../../components/classroom/manage/learners.tsx";
import { RosterImport } from "../../../../components/classroom/manage/roster-import.tsx";
import { database } from "../../../database.ts";
import { demandClass } from "../../class-access.ts";
import { addPerson, assign, changePerson, removeLearner, removePerson, renameLearner, restoreLearner } from "./actions.ts";

export const metadata: Metadata = { title: "Learners" };

/** Who is in the class, whom its instructor expects, and who of them is missing. */
export default async function LearnersPage({ params }: { params: Promise<{ id: string }> }) {
  const { taught } = await demandClass((await params).id);
  const { id, archivedAt } = taught;
  const db = await database();
  const [members, roster] = await Promise.all([membersOf(db, id), rosterOf(db, id)]);
  const isArchived = archivedAt !== null;
  return (
    <Learners
      id={id}
      members={members}
      roster={roster}
      isArchived={isArchived}
      rename={renameLearner.bind(null, id)}
      remove={removeLearner.bind(null, id)}
      restore={restoreLearner.bind(null, id)}
      assign={assign.bind(null, id)}
      add={addPerson.bind(null, id)}
      change={changePerson.bind(null, id)}
      forget={removePerson.bind(null, id)}
      importer={<RosterImport href={`/classes/${id}/learners/import`} mostBytes={MOST_ROSTER_BYTES} disabled={isArchived} />}
    />
  );
}
