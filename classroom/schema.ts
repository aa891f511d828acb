/**
 * The tables as TypeScript sees them. Times are milliseconds since the epoch, flags are 0 or 1; the library that keeps accounts has its
 * own ways in its four tables (account, session, credential, verification).
 */
import type { ColumnType } from "kysely";

export type Schema = {
  learner: LearnerTable;
  task_done: TaskDoneTable;
  solution_reveal: SolutionRevealTable;
  quiz_answer: QuizAnswerTable;
  visit: VisitTable;
  hint_use: HintUseTable;
  task_attempt: TaskAttemptTable;
  account: AccountTable;
  session: SessionTable;
  credential: CredentialTable;
  verification: VerificationTable;
  one_time_link: OneTimeLinkTable;
  class: ClassTable;
  class_instructor: ClassInstructorTable;
  class_lesson: ClassLessonTable;
  membership: MembershipTable;
  roster_entry: RosterEntryTable;
  recording: RecordingTable;
  audit: AuditTable;
};

/** `account`: whose learner it is; null for someone without an account. An account has one learner. */
type LearnerTable = {
  id: string;
  created_at: number;
  account: ColumnType<string | null, string | null | undefined, string | null>;
};

/** A task that the learner's sandbox passed, once. */
type TaskDoneTable = { learner: string; lesson: string; task: string; done_at: number };

/** The learner asked to see a task's solution. */
type SolutionRevealTable = { learner: string; lesson: string; task: string; revealed_at: number };

/** The latest answer to a quiz. `chosen` is a JSON array of option indexes; `correct` is 0 or 1. */
type QuizAnswerTable = { learner: string; lesson: string; quiz: string; chosen: string; correct: number; answered_at: number };

/** When the learner last opened a lesson. */
type VisitTable = { learner: string; lesson: string; visited_at: number };

/** The learner opened a hint of a task, the first being 0. */
type HintUseTable = { learner: string; lesson: string; task: string; hint: number; used_at: number };

/**
 * What it took the learner to do a task: when it became the one to do, how long they were active in it (milliseconds), how often its check
 * gave another reason why it is not done, and the latest of these.
 */
type TaskAttemptTable = {
  learner: string;
  lesson: string;
  task: string;
  started_at: number;
  active_ms: number;
  failed: number;
  reason: string | null;
  updated_at: number;
};

/** A date as the accounts' library keeps it: PostgreSQL's timestamp, SQLite's text in ISO 8601. */
type LibraryDate = ColumnType<Date | string, Date | string, Date | string>;
type LibraryFlag = ColumnType<boolean | number, boolean | number, boolean | number>;

type AccountTable = {
  id: string;
  name: string;
  /** In lower case. */
  email: string;
  email_verified: LibraryFlag;
  image: string | null;
  /** `learner`, `instructor` or `operator`. */
  role: string;
  created_at: LibraryDate;
  updated_at: LibraryDate;
};

type SessionTable = {
  id: string;
  token: string;
  account: string;
  expires_at: LibraryDate;
  created_at: LibraryDate;
  updated_at: LibraryDate;
  ip_address: string | null;
  user_agent: string | null;
};

/** A way to sign in to an account: a password's hash, or who the account is at a provider. */
type CredentialTable = {
  id: string;
  subject: string;
  provider: string;
  account: string;
  access_token: string | null;
  refresh_token: string | null;
  id_token: string | null;
  access_token_expires_at: LibraryDate | null;
  refresh_token_expires_at: LibraryDate | null;
  scope: string | null;
  password: string | null;
  created_at: LibraryDate;
  updated_at: LibraryDate;
};

type VerificationTable = {
  id: string;
  identifier: string;
  value: string;
  expires_at: LibraryDate;
  created_at: LibraryDate;
  updated_at: LibraryDate;
};

/** A link that works once, kept as the SHA-256 of its secret. `account`: whose password it sets anew. */
type OneTimeLinkTable = {
  hash: string;
  /** `operator`, `instructor` or `password`. */
  purpose: string;
  account: string | null;
  created_at: number;
  expires_at: number;
};

type ClassTable = {
  id: string;
  name: string;
  /** What learners type to join. */
  code: string;
  created_at: number;
  archived_at: number | null;
  /** Whether only learners with an account may join. */
  needs_account: number;
  /** Whether terminals are recorded, task by task. */
  records: number;
  /** Days after which recordings are thrown away. */
  retention_days: number;
};

/** Who teaches the class. `owner`: may also say who else does, and delete it. */
type ClassInstructorTable = { class: string; account: string; owner: number; added_at: number };

type ClassLessonTable = {
  class: string;
  lesson: string;
  position: number;
  open: number;
  /** How many of its tasks are open where the class is paced; null where each learner goes at their own pace. */
  step: number | null;
  due_at: number | null;
};

/** A learner in a class, by the name that they gave there. `hand_at`: since when their hand is up; null while it is down. */
type MembershipTable = {
  class: string;
  learner: string;
  name: string;
  joined_at: number;
  removed_at: number | null;
  hand_at: ColumnType<number | null, number | null | undefined, number | null>;
};

/** Someone whom the instructor expects in the class, and once they have come, which learner that is. */
type RosterEntryTable = {
  id: string;
  class: string;
  name: string;
  email: string | null;
  /** What the school calls them, such as a number of matriculation. */
  reference: string | null;
  learner: string | null;
  added_at: number;
};

/** The terminals of one learner while they did one task, in the form of asciicast v2, compressed by gzip. */
type RecordingTable = {
  id: string;
  class: string;
  learner: string;
  lesson: string;
  task: string;
  terminal: number;
  started_at: number;
  ended_at: number;
  /** Of `cast`. */
  bytes: number;
  cast: Uint8Array;
};

/** What instructors and operators did. `details` is JSON. Names are kept as they were. */
type AuditTable = {
  id: string;
  at: number;
  account: string | null;
  actor: string;
  action: string;
  class: string | null;
  target: string | null;
  details: string;
};
