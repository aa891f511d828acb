/** The schema's history, oldest first. A migration that has shipped is never edited. */
import type { ColumnDefinitionBuilder, Kysely, Migration } from "kysely";
import type { Engine } from "../engine.ts";
import { classroom } from "./002-classroom.ts";

/** For the engine: PostgreSQL has types of its own for large numbers, dates and bytes. */
export function migrations(engine: Engine): Record<string, Migration> {
  return {
    "001-learners-and-progress": {
      async up(db: Kysely<unknown>) {
        await db.schema.createTable("learner").addColumn("id", "text", id).addColumn("created_at", "bigint", notNull).execute();
        await learnerTable(db, "task_done", "task", "done_at").execute();
        await learnerTable(db, "solution_reveal", "task", "revealed_at").execute();
        await learnerTable(db, "quiz_answer", "quiz", "answered_at")
          .addColumn("chosen", "text", notNull)
          .addColumn("correct", "integer", notNull)
          .execute();
        await db.schema
          .createTable("visit")
          .addColumn("learner", "text", ofLearner)
          .addColumn("lesson", "text", notNull)
          .addColumn("visited_at", "bigint", notNull)
          .addPrimaryKeyConstraint("visit_key", ["learner", "lesson"])
          .execute();
      },
    },
    "002-classroom": { up: (db: Kysely<unknown>) => classroom(db, engine) },
  };
}

const id = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();
const notNull = (column: ColumnDefinitionBuilder) => column.notNull();
const ofLearner = (column: ColumnDefinitionBuilder) => column.notNull().references("learner.id").onDelete("cascade");

/** A table with one row for each thing (a task, a quiz) of a lesson that a learner did. */
function learnerTable(db: Kysely<unknown>, name: string, thing: string, time: string) {
  return db.schema
    .createTable(name)
    .addColumn("learner", "text", ofLearner)
    .addColumn("lesson", "text", notNull)
    .addColumn(thing, "text", notNull)
    .addColumn(time, "bigint", notNull)
    .addPrimaryKeyConstraint(`${name}_key`, ["learner", "lesson", thing]);
}
