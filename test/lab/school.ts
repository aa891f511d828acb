/** A class in a lab's database: its instructor, its learners, its lesson. */

import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Role } from "../../classroom/accounts.ts";
import { auditLog } from "../../classroom/audit.ts";
import { chooseLessons } from "../../classroom/class-lessons.ts";
import { type Class, createClass } from "../../classroom/classes.ts";
import { type Database, openDatabase } from "../../classroom/database.ts";
import { joinClass } from "../../classroom/members.ts";
import { signTicket } from "../../classroom/ticket.ts";
import type { LabClient } from "./client.ts";
import { Lab, type LabOptions } from "./harness.ts";
import { StaffClient } from "./staff-client.ts";

/** A lesson with two tasks: a directory, and a file in it. */
export const SCHOOL_LESSON = `---
title: A lesson for a class
summary: For tests.
minutes: 5
order: 1
goals: [test]
---

<Task id="directory" title="Make a directory">
Make it.

\`\`\`bash check
[ -d /root/box ] || fail "There is no directory /root/box yet."
\`\`\`

\`\`\`bash solution
mkdir /root/box
\`\`\`

<Hint>Use mkdir.</Hint>
</Task>

<Task id="file" title="Make a file in it">
Make it.

\`\`\`bash check
[ -e /root/box/file ] || fail "There is no file in /root/box yet."
\`\`\`

\`\`\`bash solution
touch /root/box/file
\`\`\`

<Hint>Use touch.</Hint>
</Task>
`;

export const LESSON = "school";
export const ANN = "learner-ann";
export const BEN = "learner-ben";
/** In no class. */
export const EVE = "learner-eve";
/** The instructor's own. */
const TEACHERS = "learner-teacher";

export type Person = { id: string; name: string; email: string; role: Role };

export class School implements AsyncDisposable {
  readonly lab: Lab;
  readonly db: Database;
  readonly class: Class;
  readonly teacher: Person;
  readonly #staff: StaffClient[] = [];

  private constructor(lab: Lab, db: Database, teacher: Person, taught: Class) {
    this.lab = lab;
    this.db = db;
    this.teacher = teacher;
    this.class = taught;
  }

  /** Ann and Ben are in the class; its lesson is open. */
  static async found(options: LabOptions = {}): Promise<School> {
    const lab = await Lab.start({ lessons: { [LESSON]: SCHOOL_LESSON }, ...options });
    const db = await openDatabase(join(lab.stateFolder, "database/unboxed.sqlite"));
    const teacher = await person(db, "teacher", "instructor");
    const taught = await makeClass(db, teacher, "Containers, Monday");
    for (const [learner, name] of [
      [ANN, "Ann"],
      [BEN, "Ben"],
    ] as const)
      await joinClass(db, { class: taught, learner, name });
    return new School(lab, db, teacher, taught);
  }

  ticket(ticket: Parameters<typeof signTicket>[0]): Promise<string> {
    return signTicket(ticket, new TextEncoder().encode(this.lab.secret));
  }

  /** A staff page that said hello. */
  async staff(ticket: Parameters<typeof signTicket>[0]): Promise<StaffClient> {
    return this.staffWith(await this.ticket(ticket));
  }

  /** The same with whatever it takes for a ticket. */
  async staffWith(token: string): Promise<StaffClient> {
    const client = new StaffClient(this.lab.port, this.lab.origin);
    this.#staff.push(client);
    await client.opened;
    client.hello(token);
    return client;
  }

  /** The board of the class, which has been shown. */
  async board(who = this.teacher, of = this.class.id): Promise<StaffClient> {
    const board = await this.staff({ kind: "board", class: of, account: who.id, name: who.name, learner: TEACHERS });
    await board.until("the board", () => board.last("board") !== undefined);
    return board;
  }

  async operator(): Promise<StaffClient> {
    const { id, name } = await person(this.db, `operator-${randomUUID().slice(0, 8)}`, "operator");
    const page = await this.staff({ kind: "operator", account: id, name });
    await page.until("operations", () => page.last("operations") !== undefined);
    return page;
  }

  /** A learner's page in the lesson. */
  page(learner: string): Promise<LabClient> {
    return this.lab.page({ learner, lesson: LESSON });
  }

  teachersPage(): Promise<LabClient> {
    return this.page(TEACHERS);
  }

  /** A page that said hello with a ticket to look on. */
  async watch(learner: string, who = this.teacher, of = this.class.id, lesson = LESSON): Promise<LabClient> {
    const page = await this.lab.socket();
    const ticket = { kind: "watch", learner, lesson, class: of, account: who.id, name: who.name } as const;
    page.hello(await this.ticket(ticket), randomUUID());
    return page;
  }

  /** What was audited, oldest first. */
  async audited(): Promise<string[]> {
    return (await auditLog(this.db)).map(({ action }) => action).reverse();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const client of this.#staff) client.cut();
    await this.db.destroy();
    await this.lab[Symbol.asyncDispose]();
  }
}

/** An account without a way in: tickets are all that it needs here. */
export async function person(db: Database, name: string, role: Role): Promise<Person> {
  const who = { id: `account-${name}`, name, email: `${name}@school.example`, role };
  const now = new Date().toISOString();
  await db
    .insertInto("account")
    .values({ ...who, email_verified: 1, image: null, created_at: now, updated_at: now })
    .execute();
  return who;
}

/** A class that has the lesson, open. */
export async function makeClass(db: Database, teacher: Person, name: string): Promise<Class> {
  const made = await createClass(db, teacher, { name, needsAccount: false, records: false, retentionDays: 30 });
  await chooseLessons(db, { account: teacher.id, name: teacher.name }, made.id, [LESSON], { open: true });
  return made;
}
