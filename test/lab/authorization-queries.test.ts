/** The questions by which pages, actions and sockets let people through, asked for everybody who may come, on each database. */
import assert from "node:assert/strict";
import { findAccount } from "../../classroom/accounts.ts";
import { classVersion } from "../../classroom/class-version.ts";
import { classesOf, teaches } from "../../classroom/classes.ts";
import { memberName } from "../../classroom/live.ts";
import { membershipOf } from "../../classroom/members.ts";
import { findRecording, readCast, recordingsOf } from "../../classroom/recordings.ts";
import { learnerRecord } from "../../classroom/report.ts";
import { demandOperator, demandTeacher, demandTeacherOf } from "../../lab-server/staff/staffing.ts";
import { testEachEngine } from "../unit/databases.ts";
import { makePeople, makePrey, ROLES } from "./authorization-world.ts";
import { LESSON } from "./school.ts";

testEachEngine("a class is its teachers' and the operators', its members see it, and nobody else", async (db, _, database) => {
  const people = await makePeople({
    database,
    secret: "a secret of more than thirty-two bytes",
    origin: "http://localhost:3000",
  });
  const prey = await makePrey(db, people);
  const { id } = prey.class;
  const subject = { class: id, learner: prey.learner, lesson: LESSON };
  for (const role of ROLES) {
    if (role === "nobody") continue;
    const account = await findAccount(db, people[role].id);
    assert.ok(account);
    const [isTeacher, isMember] = [/^(teacher|operator)$/.test(role), /^(learner|classmate)$/.test(role)];
    assert.equal((await teaches(db, account, id)) !== undefined, isTeacher, role);
    assert.equal(
      (await classesOf(db, account)).some((each) => each.id === id),
      isTeacher,
      role,
    );
    for (const demand of [() => demandTeacher(db, account.id, id), () => demandTeacherOf(db, account.id, subject)])
      if (isTeacher) await demand();
      else await assert.rejects(demand, { code: "not-allowed" }, role);
    if (role === "operator") await demandOperator(db, account.id);
    else await assert.rejects(() => demandOperator(db, account.id), { code: "not-allowed" }, role);
    const { learner } = people[role];
    assert.equal((await membershipOf(db, id, learner)) !== undefined, isMember, role);
    assert.equal((await classVersion(db, id, learner)) !== undefined, isMember, role);
    assert.equal((await learnerRecord(db, id, learner)) !== undefined, isMember, role);
    assert.equal((await memberName(db, { ...subject, learner })) !== undefined, isMember, role);
    assert.equal((await recordingsOf(db, id, learner)).length, role === "learner" ? 1 : 0, role);
  }
  assert.ok(await findRecording(db, id, prey.recording));
  assert.equal(await findRecording(db, prey.theirs.id, prey.recording), undefined, "by another class's id");
  assert.equal(await readCast(db, prey.theirs.id, prey.recording), undefined);
  assert.equal(await memberName(db, { ...subject, class: prey.theirs.id }), undefined);
  assert.equal(await memberName(db, { ...subject, lesson: "another" }), undefined);
  assert.equal(await learnerRecord(db, prey.theirs.id, prey.learner), undefined);
});
