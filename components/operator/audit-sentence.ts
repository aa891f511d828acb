/** What somebody did, as a sentence that goes on after their name. */

export type AuditLine = {
  id: string;
  /** Milliseconds since the epoch. */
  at: number;
  actor: string;
  action: string;
  /** The class that it was done in. `name` is undefined where it is gone. */
  class: { id: string; name: string | undefined } | undefined;
  /** The name of whom it was done to, where it is known, else their id. */
  target: string | undefined;
  details: Readonly<Record<string, unknown>>;
};

/** Characters of a message that are shown. */
const LONGEST = 160;

/** Without the name before it and the class after it. What is not known is left out. */
export function auditSentence({ action, target, details }: AuditLine): string {
  const whom = target ?? word(details, "name") ?? "somebody";
  const lesson = word(details, "lesson");
  const inLesson = lesson === undefined ? "" : ` in ${lesson}`;
  switch (action) {
    case "account.role":
      return `made ${word(details, "name") ?? whom} ${withArticle(word(details, "to") ?? "something else")}`;
    case "account.password-link":
      return `made a link with which ${word(details, "name") ?? whom} sets a new password`;
    case "account.remove":
      return `removed the account of ${word(details, "name") ?? whom}`;
    case "instructor.invite":
      return "made a link that invites an instructor";
    case "class.create":
      return `created the class ${word(details, "name") ?? ""}`.trim();
    case "class.change":
      return details.owner !== undefined
        ? "handed the class over"
        : details.code !== undefined
          ? "gave the class a new code"
          : "changed the settings";
    case "class.archive":
      return "archived the class";
    case "class.restore":
      return "took the class out of the archive";
    case "class.delete":
      return `deleted the class ${word(details, "name") ?? ""}`.trim();
    case "class.instructor-add":
      return `made ${word(details, "name") ?? whom} an instructor of the class`;
    case "class.instructor-remove":
      return `took the class from ${word(details, "name") ?? whom}`;
    case "class.lessons":
      return lessonsSentence(target, details);
    case "class.roster-import":
      return details.removed !== undefined
        ? `took ${word(details, "removed") ?? "somebody"} off the roster`
        : `imported a roster${count(details, "added", "name", "names")}`;
    case "class.learner-remove":
      return details.removed === false
        ? `let ${word(details, "name") ?? whom} back in`
        : `removed ${word(details, "name") ?? whom}`;
    case "class.export":
      return `exported the report${word(details, "format") ? ` as ${word(details, "format")?.toUpperCase()}` : ""}`;
    case "recording.watch":
      return `watched a recording of ${whom}${inLesson}`;
    case "terminal.watch":
      return `looked at the terminal of ${whom}${inLesson}`;
    case "terminal.type":
      return `typed into the terminal of ${whom}${inLesson}`;
    case "message.send":
      return `wrote to ${details.to === "all" ? "all" : (countOf(details, "to", "learner", "learners") ?? "learners")}${quote(details)}`;
    case "demonstration.start":
      return `began to show a terminal${inLesson}`;
    case "demonstration.stop":
      return "ended a demonstration";
    case "sandbox.reset":
      return `reset the sandbox of ${whom}${inLesson}`;
    case "sandbox.extend":
      return `gave the sandbox of ${whom} more time${inLesson}`;
    case "sandbox.end":
      return `ended sandbox ${target?.slice(0, 8) ?? ""}`.trim();
    case "sandbox.end-all":
      return `ended ${countOf(details, "count", "sandbox", "sandboxes") ?? "all sandboxes"}, all that ran`;
    case "broadcast.send":
      return `wrote to every open lab page${quote(details)}`;
    case "drain.start":
      return `drained the lab-server${count(details, "sandboxes", "sandbox", "sandboxes")}`;
    default:
      return action;
  }
}

function lessonsSentence(target: string | undefined, details: AuditLine["details"]): string {
  if (Array.isArray(details.lessons))
    return `chose ${details.lessons.length === 1 ? "1 lesson" : `${details.lessons.length} lessons`}`;
  const lesson = target ?? "a lesson";
  if (typeof details.place === "number") return `moved ${lesson} to place ${details.place}`;
  if (typeof details.step === "number") return `opened ${details.step === 1 ? "1 task" : `${details.step} tasks`} of ${lesson}`;
  if (details.step === null) return `let everybody go at their own pace in ${lesson}`;
  if (typeof details.open === "boolean") return `${details.open ? "opened" : "closed"} ${lesson}`;
  return details.dueAt === null ? `took away when ${lesson} is due` : `set when ${lesson} is due`;
}

function word(details: AuditLine["details"], name: string): string | undefined {
  const value = details[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

function countOf(details: AuditLine["details"], name: string, one: string, many: string): string | undefined {
  const value = details[name];
  return typeof value === "number" ? `${value} ${value === 1 ? one : many}` : undefined;
}

function count(details: AuditLine["details"], name: string, one: string, many: string): string {
  const said = countOf(details, name, one, many);
  return said === undefined ? "" : ` (${said})`;
}

function quote(details: AuditLine["details"]): string {
  const text = word(details, "text");
  if (text === undefined) return "";
  return `: “${text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}”`;
}

function withArticle(noun: string): string {
  return `${/^[aeiou]/.test(noun) ? "an" : "a"} ${noun}`;
}
