/** Accounts, classes, records. */
import { type ColumnDefinitionBuilder, type Kysely, sql } from "kysely";
import type { Engine } from "../engine.ts";

export async function classroom(db: Kysely<unknown>, engine: Engine): Promise<void> {
  // What better-auth writes itself: https://better-auth.com/docs/concepts/database
  const date = engine === "postgres" ? "timestamptz" : "text";
  const flag = engine === "postgres" ? "boolean" : "integer";
  const bytes = engine === "postgres" ? "bytea" : "blob";

  await db.schema
    .createTable("account")
    .addColumn("id", "text", id)
    .addColumn("name", "text", notNull)
    .addColumn("email", "text", (column) => column.notNull().unique())
    .addColumn("email_verified", flag, notNull)
    .addColumn("image", "text")
    .addColumn("role", "text", notNull)
    .addColumn("created_at", date, notNull)
    .addColumn("updated_at", date, notNull)
    .execute();
  await db.schema
    .createTable("session")
    .addColumn("id", "text", id)
    .addColumn("token", "text", (column) => column.notNull().unique())
    .addColumn("account", "text", ofAccount)
    .addColumn("expires_at", date, notNull)
    .addColumn("created_at", date, notNull)
    .addColumn("updated_at", date, notNull)
    .addColumn("ip_address", "text")
    .addColumn("user_agent", "text")
    .execute();
  await index(db, "session", ["account"]);
  await db.schema
    .createTable("credential")
    .addColumn("id", "text", id)
    .addColumn("subject", "text", notNull)
    .addColumn("provider", "text", notNull)
    .addColumn("account", "text", ofAccount)
    .addColumn("access_token", "text")
    .addColumn("refresh_token", "text")
    .addColumn("id_token", "text")
    .addColumn("access_token_expires_at", date)
    .addColumn("refresh_token_expires_at", date)
    .addColumn("scope", "text")
    .addColumn("password", "text")
    .addColumn("created_at", date, notNull)
    .addColumn("updated_at", date, notNull)
    .addUniqueConstraint("credential_subject", ["provider", "subject"])
    .execute();
  await index(db, "credential", ["account"]);
  await db.schema
    .createTable("verification")
    .addColumn("id", "text", id)
    .addColumn("identifier", "text", notNull)
    .addColumn("value", "text", notNull)
    .addColumn("expires_at", date, notNull)
    .addColumn("created_at", date, notNull)
    .addColumn("updated_at", date, notNull)
    .execute();
  await index(db, "verification", ["identifier"]);
  await db.schema
    .createTable("one_time_link")
    .addColumn("hash", "text", id)
    .addColumn("purpose", "text", notNull)
    .addColumn("account", "text", (column) => column.references("account.id").onDelete("cascade"))
    .addColumn("created_at", "bigint", notNull)
    .addColumn("expires_at", "bigint", notNull)
    .execute();

  await db.schema
    .alterTable("learner")
    .addColumn("account", "text", (column) => column.references("account.id").onDelete("cascade"))
    .execute();
  await sql`create unique index learner_account on learner (account)`.execute(db);
  await ofTask(db, "hint_use")
    .addColumn("hint", "integer", notNull)
    .addColumn("used_at", "bigint", notNull)
    .addPrimaryKeyConstraint("hint_use_key", ["learner", "lesson", "task", "hint"])
    .execute();
  await ofTask(db, "task_attempt")
    .addColumn("started_at", "bigint", notNull)
    .addColumn("active_ms", "bigint", notNull)
    .addColumn("failed", "integer", notNull)
    .addColumn("reason", "text")
    .addColumn("updated_at", "bigint", notNull)
    .addPrimaryKeyConstraint("task_attempt_key", ["learner", "lesson", "task"])
    .execute();

  await db.schema
    .createTable("class")
    .addColumn("id", "text", id)
    .addColumn("name", "text", notNull)
    .addColumn("code", "text", (column) => column.notNull().unique())
    .addColumn("created_at", "bigint", notNull)
    .addColumn("archived_at", "bigint")
    .addColumn("needs_account", "integer", notNull)
    .addColumn("records", "integer", notNull)
    .addColumn("retention_days", "integer", notNull)
    .execute();
  await db.schema
    .createTable("class_instructor")
    .addColumn("class", "text", ofClass)
    .addColumn("account", "text", ofAccount)
    .addColumn("owner", "integer", notNull)
    .addColumn("added_at", "bigint", notNull)
    .addPrimaryKeyConstraint("class_instructor_key", ["class", "account"])
    .execute();
  await index(db, "class_instructor", ["account"]);
  await db.schema
    .createTable("class_lesson")
    .addColumn("class", "text", ofClass)
    .addColumn("lesson", "text", notNull)
    .addColumn("position", "integer", notNull)
    .addColumn("open", "integer", notNull)
    .addColumn("step", "integer")
    .addColumn("due_at", "bigint")
    .addPrimaryKeyConstraint("class_lesson_key", ["class", "lesson"])
    .execute();
  await db.schema
    .createTable("membership")
    .addColumn("class", "text", ofClass)
    .addColumn("learner", "text", ofLearner)
    .addColumn("name", "text", notNull)
    .addColumn("joined_at", "bigint", notNull)
    .addColumn("removed_at", "bigint")
    .addColumn("hand_at", "bigint")
    .addPrimaryKeyConstraint("membership_key", ["class", "learner"])
    .execute();
  await index(db, "membership", ["learner"]);
  await db.schema
    .createTable("roster_entry")
    .addColumn("id", "text", id)
    .addColumn("class", "text", ofClass)
    .addColumn("name", "text", notNull)
    .addColumn("email", "text")
    .addColumn("reference", "text")
    .addColumn("learner", "text", (column) => column.references("learner.id").onDelete("set null"))
    .addColumn("added_at", "bigint", notNull)
    .execute();
  await index(db, "roster_entry", ["class"]);
  await index(db, "roster_entry", ["learner"]);
  await db.schema
    .createTable("recording")
    .addColumn("id", "text", id)
    .addColumn("class", "text", ofClass)
    .addColumn("learner", "text", ofLearner)
    .addColumn("lesson", "text", notNull)
    .addColumn("task", "text", notNull)
    .addColumn("terminal", "integer", notNull)
    .addColumn("started_at", "bigint", notNull)
    .addColumn("ended_at", "bigint", notNull)
    .addColumn("bytes", "integer", notNull)
    .addColumn("cast", bytes, notNull)
    .execute();
  await index(db, "recording", ["class", "learner", "lesson"]);
  await index(db, "recording", ["learner"]);
  await db.schema
    .createTable("audit")
    .addColumn("id", "text", id)
    .addColumn("at", "bigint", notNull)
    .addColumn("account", "text", (column) => column.references("account.id").onDelete("set null"))
    .addColumn("actor", "text", notNull)
    .addColumn("action", "text", notNull)
    .addColumn("class", "text", (column) => column.references("class.id").onDelete("set null"))
    .addColumn("target", "text")
    .addColumn("details", "text", notNull)
    .execute();
  await index(db, "audit", ["at"]);
  await index(db, "audit", ["class"]);
  await index(db, "audit", ["account"]);
}

const id = (column: ColumnDefinitionBuilder) => column.primaryKey().notNull();
const notNull = (column: ColumnDefinitionBuilder) => column.notNull();
const ofLearner = (column: ColumnDefinitionBuilder) => column.notNull().references("learner.id").onDelete("cascade");
const ofAccount = (column: ColumnDefinitionBuilder) => column.notNull().references("account.id").onDelete("cascade");
const ofClass = (column: ColumnDefinitionBuilder) => column.notNull().references("class.id").onDelete("cascade");

function ofTask(db: Kysely<unknown>, name: string) {
  return db.schema
    .createTable(name)
    .addColumn("learner", "text", ofLearner)
    .addColumn("lesson", "text", notNull)
    .addColumn("task", "text", notNull);
}

function index(db: Kysely<unknown>, table: string, columns: string[]): Promise<void> {
  return db.schema
    .createIndex([table, ...columns].join("_"))
    .on(table)
    .columns(columns)
    .execute();
}
