import type { Metadata } from "next";
import { instructorsOf } from "../../../../classroom/class-instructors.ts";
import { ClassEnd } from "../../../../components/classroom/manage/class-end.tsx";
import { Instructors } from "../../../../components/classroom/manage/instructors.tsx";
import { NewCode, SettingsForm } from "../../../../components/classroom/manage/settings-form.tsx";
import { database } from "../../../database.ts";
import { demandClass } from "../../class-access.ts";
import { addTeacher, archive, giveTo, regenerate, remove, removeTeacher, restore, save } from "./actions.ts";

export const metadata: Metadata = { title: "Settings" };

/** What is agreed in the class, who teaches it, and its end. */
export default async function ClassSettingsPage({ params }: { params: Promise<{ id: string }> }) {
  const { account, taught } = await demandClass((await params).id);
  const { id, name, code, needsAccount, records, retentionDays, archivedAt, isOwner } = taught;
  const instructors = await instructorsOf(await database(), id);
  const isArchived = archivedAt !== null;
  return (
    <div className="max-w-[42rem] divide-y divide-border [&>*]:py-9 [&>*:first-child]:pt-0">
      <SettingsForm settings={{ name, needsAccount, records, retentionDays }} disabled={isArchived} save={save.bind(null, id)} />
      <NewCode code={code} disabled={isArchived} regenerate={regenerate.bind(null, id)} />
      <Instructors
        instructors={instructors}
        me={account.id}
        isOwner={isOwner}
        disabled={isArchived}
        add={addTeacher.bind(null, id)}
        remove={removeTeacher.bind(null, id)}
        handOver={giveTo.bind(null, id)}
      />
      <ClassEnd
        name={name}
        isArchived={isArchived}
        isOwner={isOwner}
        archive={archive.bind(null, id)}
        restore={restore.bind(null, id)}
        remove={remove.bind(null, id)}
      />
    </div>
  );
}
