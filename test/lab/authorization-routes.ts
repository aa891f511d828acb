/** What each page and route of the site answers to whom. A route that is not named here fails the test of them. */
import type { Prey, RoleName } from "./authorization-world.ts";
import { LESSON } from "./school.ts";

/** A status, or `sign-in`: a way to sign in and back. */
export type Outcome = number | "sign-in";
export type Expected = Readonly<Record<RoleName, Outcome>>;

export type Route = {
  path: (prey: Prey) => string;
  /** Of a POST: text as it is, anything else as JSON. */
  body?: (prey: Prey) => unknown;
  expected: Expected;
};

export function all(outcome: Outcome, but: Partial<Expected> = {}): Expected {
  const same = { nobody: outcome, learner: outcome, classmate: outcome, outsider: outcome };
  return { ...same, stranger: outcome, former: outcome, teacher: outcome, operator: outcome, ...but };
}

const anybody = all(200);
/** A page of nobody in particular for those who are signed in already. */
const onlyNobody = all(307, { nobody: 200 });
const signedIn = all(200, { nobody: "sign-in" });
const teachers = all(404, { nobody: "sign-in", teacher: 200, operator: 200 });
const operators = all(404, { nobody: "sign-in", operator: 200 });
const members = all(404, { learner: 200, classmate: 200 });
const learnerAlone = all(404, { learner: 200 });
const asked = { nobody: 401 } as const;

/** By method and file under app/. */
export const ROUTES: Readonly<Record<string, Route>> = {
  "GET page.tsx": { path: () => "/", expected: anybody },
  "GET curriculum/page.tsx": { path: () => "/curriculum", expected: anybody },
  "GET docs/page.tsx": { path: () => "/docs", expected: anybody },
  "GET docs/[page]/page.tsx": { path: () => "/docs/backup", expected: anybody },
  "GET glossary/page.tsx": { path: () => "/glossary", expected: anybody },
  "GET lessons/[slug]/page.tsx": { path: () => `/lessons/${LESSON}`, expected: anybody },
  "GET api/health/route.ts": { path: () => "/api/health", expected: anybody },
  "GET api/search/route.ts": { path: () => "/api/search?q=harbour", expected: anybody },

  "GET sign-in/page.tsx": { path: () => "/sign-in", expected: onlyNobody },
  "GET sign-up/page.tsx": { path: () => "/sign-up", expected: onlyNobody },
  "GET sign-in/oidc/route.ts": { path: () => "/sign-in/oidc", expected: all(404) },
  "GET api/auth/[...all]/route.ts": { path: () => "/api/auth/get-session", expected: all(404) },
  // Whoever holds such a link may use it: it is the key.
  "GET setup/[token]/page.tsx": { path: ({ links }) => `/setup/${links.operator}`, expected: anybody },
  "GET invitation/[token]/page.tsx": { path: ({ links }) => `/invitation/${links.instructor}`, expected: anybody },
  "GET password/[token]/page.tsx": { path: ({ links }) => `/password/${links.password}`, expected: anybody },
  "GET account/page.tsx": { path: () => "/account", expected: signedIn },
  "GET account/export/route.ts": { path: () => "/account/export", expected: all(200, asked) },

  "GET join/page.tsx": { path: () => "/join", expected: anybody },
  "GET join/[code]/page.tsx": {
    path: ({ class: { code } }) => `/join/${code}`,
    expected: all(200, { learner: 307, classmate: 307 }),
  },
  "GET class/[id]/page.tsx": { path: ({ class: { id } }) => `/class/${id}`, expected: { ...members, nobody: "sign-in" } },
  "GET class/[id]/record/page.tsx": {
    path: ({ class: { id } }) => `/class/${id}/record`,
    expected: { ...members, nobody: "sign-in" },
  },
  "GET class/[id]/record/[recording]/page.tsx": {
    path: ({ class: { id }, recording }) => `/class/${id}/record/${recording}`,
    expected: { ...learnerAlone, nobody: "sign-in" },
  },
  "GET api/class/[id]/route.ts": { path: ({ class: { id } }) => `/api/class/${id}`, expected: members },
  "POST api/ticket/route.ts": { path: () => "/api/ticket", body: () => ({ lesson: LESSON }), expected: all(200, asked) },

  "GET classes/page.tsx": { path: () => "/classes", expected: anybody },
  "GET classes/new/page.tsx": { path: () => "/classes/new", expected: { ...teachers, stranger: 200 } },
  "GET classes/[id]/page.tsx": { path: ({ class: { id } }) => `/classes/${id}`, expected: teachers },
  "GET classes/[id]/board/page.tsx": { path: ({ class: { id } }) => `/classes/${id}/board`, expected: teachers },
  "GET classes/[id]/settings/page.tsx": { path: ({ class: { id } }) => `/classes/${id}/settings`, expected: teachers },
  "GET classes/[id]/learners/page.tsx": { path: ({ class: { id } }) => `/classes/${id}/learners`, expected: teachers },
  "GET classes/[id]/learners/[learner]/page.tsx": {
    path: ({ class: { id }, learner }) => `/classes/${id}/learners/${learner}`,
    expected: teachers,
  },
  "GET classes/(watch)/[id]/watch/[learner]/[lesson]/page.tsx": {
    path: ({ class: { id }, learner }) => `/classes/${id}/watch/${learner}/${LESSON}`,
    expected: teachers,
  },
  "GET classes/[id]/report/page.tsx": { path: ({ class: { id } }) => `/classes/${id}/report`, expected: teachers },
  "GET classes/[id]/report/report.csv/route.ts": {
    path: ({ class: { id } }) => `/classes/${id}/report/report.csv`,
    expected: teachers,
  },
  "GET classes/[id]/report/report.json/route.ts": {
    path: ({ class: { id } }) => `/classes/${id}/report/report.json`,
    expected: teachers,
  },
  "GET classes/[id]/recordings/[recording]/page.tsx": {
    path: ({ class: { id }, recording }) => `/classes/${id}/recordings/${recording}`,
    expected: teachers,
  },
  "GET classes/[id]/recordings/[recording]/cast/route.ts": {
    path: ({ class: { id }, recording }) => `/classes/${id}/recordings/${recording}/cast`,
    expected: all(404, { learner: 200, teacher: 200, operator: 200 }),
  },
  "POST classes/[id]/learners/import/route.ts": {
    path: ({ class: { id } }) => `/classes/${id}/learners/import?keep`,
    body: () => "name,email\nRobert,robert@roster.example\n",
    expected: { ...teachers, ...asked },
  },
  "POST api/staff-ticket/route.ts": {
    path: () => "/api/staff-ticket",
    body: ({ class: { id } }) => ({ class: id }),
    expected: { ...teachers, ...asked },
  },
  "POST api/watch-ticket/route.ts": {
    path: () => "/api/watch-ticket",
    body: ({ class: { id }, learner }) => ({ class: id, learner, lesson: LESSON }),
    expected: { ...teachers, ...asked },
  },

  "GET people/page.tsx": { path: () => "/people", expected: operators },
  "GET operator/page.tsx": { path: () => "/operator", expected: operators },
};

/** The same with what is somebody else's put into the asker's own class: an id alone opens nothing. */
export const CROSSED: readonly ((prey: Prey) => string)[] = [
  ({ theirs, learner }) => `/classes/${theirs.id}/learners/${learner}`,
  ({ theirs, learner }) => `/classes/${theirs.id}/watch/${learner}/${LESSON}`,
  ({ theirs, recording }) => `/classes/${theirs.id}/recordings/${recording}`,
  ({ theirs, recording }) => `/classes/${theirs.id}/recordings/${recording}/cast`,
  ({ theirs, recording }) => `/class/${theirs.id}/record/${recording}`,
];
