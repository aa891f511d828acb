/** What each server action of the site answers to whom. An action that is not named here fails the test of them. */
import type { People, Prey, RoleName } from "./authorization-world.ts";
import { PASSWORD } from "./people.ts";
import { LESSON } from "./school.ts";

/**
 * `done`: it did what was asked. `sign-in`: a way to sign in. `none`: as if there were no such thing (404). `said`: it says in a sentence
 * why not. `broken`: it throws, which pages of the site never make it do.
 */
export type ActionOutcome = "done" | "sign-in" | "none" | "said" | "broken";
export type Expected = Readonly<Record<RoleName, ActionOutcome>>;

export type Action = {
  /** A page that has it. */
  path: (prey: Prey) => string;
  args: (prey: Prey, people: People) => readonly unknown[];
  expected: Expected;
  /** It changes nothing also where it is done. */
  onlyReads?: true;
};

function all(outcome: ActionOutcome, but: Partial<Expected> = {}): Expected {
  const same = { nobody: outcome, learner: outcome, classmate: outcome, outsider: outcome };
  return { ...same, stranger: outcome, former: outcome, teacher: outcome, operator: outcome, ...but };
}

const teachers = all("none", { nobody: "sign-in", teacher: "done", operator: "done" });
const operators = all("none", { nobody: "sign-in", operator: "done" });
/** What is another's account is not touched; its owner's is. */
const signedIn = all("done", { nobody: "sign-in" });

function form(fields: Readonly<Record<string, string>>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

const classPage = ({ class: { id } }: Prey) => `/classes/${id}`;
const settingsPage = ({ class: { id } }: Prey) => `/classes/${id}/settings`;
const learnersPage = ({ class: { id } }: Prey) => `/classes/${id}/learners`;
const inClass = (path: Action["path"], more: (prey: Prey, people: People) => readonly unknown[] = () => []): Action => ({
  path,
  args: (prey, people) => [prey.class.id, ...more(prey, people)],
  expected: teachers,
});
const onAccount = (fields: (prey: Prey) => Readonly<Record<string, string>>, expected: Expected): Action => ({
  path: () => "/account",
  args: (prey) => [{}, form(fields(prey))],
  expected,
});
const byLink = (path: Action["path"], fields: (prey: Prey) => Readonly<Record<string, string>>, expected: Expected): Action => ({
  path,
  args: (prey) => [{}, form(fields(prey))],
  expected,
});
const onPeople = (args: (prey: Prey) => readonly unknown[]): Action => ({ path: () => "/people", args, expected: operators });
const inLesson = (args: readonly unknown[]): Action => ({
  path: () => `/lessons/${LESSON}`,
  args: () => [LESSON, ...args],
  expected: all("done", { nobody: "done" }),
});

const NEW = { name: "Newcomer", email: "newcomer@people.example", password: PASSWORD };
/** A link that was never made. */
const NO_LINK = "A".repeat(43);

const LESSONS = "app/classes/[id]/lesson-actions.ts";
const LEARNERS = "app/classes/[id]/learners/actions.ts";
const SETTINGS = "app/classes/[id]/settings/actions.ts";
const ACCOUNT = "app/account/actions.ts";
const PEOPLE = "app/people/actions.ts";
const LAB = "app/lessons/[slug]/actions.ts";

/** By file and name. */
export const ACTIONS: Readonly<Record<string, Action>> = {
  [`${LESSONS} choose`]: inClass(classPage, () => [[LESSON]]),
  [`${LESSONS} move`]: inClass(classPage, () => [LESSON, 1]),
  [`${LESSONS} change`]: inClass(classPage, () => [LESSON, { open: false }]),
  [`${LESSONS} openNext`]: inClass(classPage, () => [LESSON, 1]),

  [`${LEARNERS} renameLearner`]: inClass(learnersPage, ({ learner }) => [learner, "Renamed"]),
  [`${LEARNERS} removeLearner`]: inClass(learnersPage, ({ learner }) => [learner]),
  [`${LEARNERS} restoreLearner`]: inClass(learnersPage, ({ learner }) => [learner]),
  [`${LEARNERS} assign`]: inClass(learnersPage, ({ entry, learner }) => [entry, learner]),
  [`${LEARNERS} addPerson`]: inClass(learnersPage, () => [{ name: "Added", email: "added@roster.example", reference: "" }]),
  [`${LEARNERS} changePerson`]: inClass(learnersPage, ({ entry }) => [entry, { name: "Changed", email: "", reference: "" }]),
  [`${LEARNERS} removePerson`]: inClass(learnersPage, ({ entry }) => [entry]),

  [`${SETTINGS} save`]: inClass(settingsPage, () => [
    { name: "Taken over", needsAccount: true, records: false, retentionDays: 1 },
  ]),
  [`${SETTINGS} regenerate`]: inClass(settingsPage),
  [`${SETTINGS} addTeacher`]: inClass(settingsPage, (_, { stranger }) => [stranger.email]),
  [`${SETTINGS} removeTeacher`]: inClass(settingsPage, (_, { former }) => [former.id]),
  [`${SETTINGS} giveTo`]: {
    ...inClass(settingsPage, (_, { former }) => [former.id]),
    // Whoever is no instructor any more is made no owner.
    expected: { ...teachers, teacher: "said", operator: "said" },
  },
  [`${SETTINGS} archive`]: inClass(settingsPage),
  [`${SETTINGS} restore`]: inClass(settingsPage),
  [`${SETTINGS} remove`]: inClass(settingsPage, ({ class: { name } }) => [name]),

  "app/classes/new/actions.ts create": {
    path: () => "/classes/new",
    args: () => [
      {
        settings: { name: "A new one", needsAccount: false, records: false, retentionDays: 30 },
        lessons: [LESSON],
        open: true,
      },
    ],
    expected: { ...teachers, stranger: "done" },
  },
  "app/classes/(watch)/[id]/watch/[learner]/[lesson]/actions.ts solution": {
    path: ({ class: { id }, learner }) => `/classes/${id}/watch/${learner}/${LESSON}`,
    args: ({ class: { id }, learner }) => [{ class: id, learner, lesson: LESSON }, "directory"],
    expected: teachers,
    onlyReads: true,
  },

  "app/join/actions.ts join": {
    path: ({ class: { code } }) => `/join/${code}`,
    args: ({ class: { code } }) => [code, {}, form({ name: "Joined" })],
    expected: all("done"),
  },
  // For who is not in it nothing happens.
  "app/join/actions.ts leave": {
    path: ({ class: { id } }) => `/class/${id}`,
    args: ({ class: { id } }) => [id],
    expected: all("done"),
  },

  [`${ACCOUNT} rename`]: onAccount(() => ({ name: "Renamed" }), signedIn),
  [`${ACCOUNT} changePassword`]: onAccount(
    () => ({ current: "not the password of anybody", password: "eleven brave new teapots" }),
    all("said", { nobody: "sign-in" }),
  ),
  [`${ACCOUNT} setPassword`]: onAccount(() => ({ password: "eleven brave new teapots" }), all("said", { nobody: "sign-in" })),
  [`${ACCOUNT} endOneSession`]: onAccount(({ session }) => ({ id: session }), signedIn),
  [`${ACCOUNT} endAllOtherSessions`]: { path: () => "/account", args: () => [], expected: signedIn },
  [`${ACCOUNT} unlink`]: onAccount(({ session }) => ({ id: session }), signedIn),
  [`${ACCOUNT} deleteAccount`]: onAccount(
    () => ({ password: "not the password of anybody" }),
    all("said", { nobody: "sign-in" }),
  ),

  [`${PEOPLE} giveRole`]: onPeople(({ account }) => [account, "operator"]),
  [`${PEOPLE} remove`]: onPeople(({ account }) => [account]),
  [`${PEOPLE} inviteInstructor`]: onPeople(() => []),
  [`${PEOPLE} passwordLink`]: onPeople(({ account }) => [account]),

  // These are for whoever holds a link, a password, or nothing yet; here nobody does.
  "app/setup/[token]/actions.ts makeOperator": byLink(
    ({ links }) => `/setup/${links.operator}`,
    ({ links }) => ({ ...NEW, token: links.instructor }),
    all("said"),
  ),
  "app/setup/[token]/actions.ts becomeOperator": byLink(
    ({ links }) => `/setup/${links.operator}`,
    ({ links }) => ({ token: links.instructor }),
    all("said", { nobody: "sign-in" }),
  ),
  "app/invitation/[token]/actions.ts makeInstructor": byLink(
    ({ links }) => `/invitation/${links.instructor}`,
    ({ links }) => ({ ...NEW, token: links.password }),
    all("said"),
  ),
  "app/invitation/[token]/actions.ts becomeInstructor": byLink(
    ({ links }) => `/invitation/${links.instructor}`,
    () => ({ token: NO_LINK }),
    all("said", { nobody: "sign-in" }),
  ),
  "app/password/[token]/actions.ts setForgottenPassword": byLink(
    ({ links }) => `/password/${links.password}`,
    ({ links }) => ({ token: links.instructor, password: "eleven brave new teapots" }),
    all("said"),
  ),
  "app/sign-in/actions.ts signIn": byLink(
    () => "/sign-in",
    () => ({ email: "annika@people.example", password: "not the password of anybody", next: "/" }),
    all("said"),
  ),
  "app/sign-up/actions.ts signUp": byLink(
    () => "/sign-up",
    () => ({ ...NEW, email: "annika@people.example", next: "/" }),
    all("said"),
  ),

  [`${LAB} revealSolution`]: inLesson(["directory"]),
  [`${LAB} recordHint`]: inLesson(["directory", 0]),
  [`${LAB} answerQuiz`]: inLesson(["question", [0]]),

  // The last one: it ends the sessions.
  "app/sign-in/actions.ts signOut": { path: () => "/", args: () => [], expected: all("done") },
};
