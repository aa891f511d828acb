import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { IMAGES_FOLDER } from "./sandbox-trial.ts";

const LAB = resolve(import.meta.dirname, "../../cli/lab.ts");
const FRONT_MATTER = "---\ntitle: T\nsummary: S\nminutes: 5\norder: 1\ngoals: [one]\n---\n\n";

function task(id: string, check: string, solution: string, attributes = ""): string {
  return `<Task id="${id}" title="T"${attributes}>\n\`\`\`bash check\n${check}\n\`\`\`\n\`\`\`bash solution\n${solution}\n\`\`\`\n</Task>\n\n`;
}

function lessonsFolder(t: TestContext, lessons: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "unboxed-lessons-"));
  t.after(() => {
    rmSync(folder, { recursive: true });
    rmSync(stateOf(folder), { recursive: true, force: true });
  });
  for (const [slug, body] of Object.entries(lessons)) {
    mkdirSync(join(folder, slug));
    writeFileSync(join(folder, slug, "lesson.mdx"), body);
  }
  return folder;
}

/** Beside the lessons, so that each test has its own. */
const stateOf = (folder: string) => `${folder}-state`;

function start(folder: string, args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [LAB, ...args], {
    env: {
      NODE_ENV: "test",
      PATH: process.env.PATH,
      UNBOXED_LESSONS: folder,
      UNBOXED_STATE: stateOf(folder),
      UNBOXED_IMAGES: IMAGES_FOLDER,
      NO_COLOR: "1",
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

type Outcome = { code: number | null; stdout: string; stderr: string };

async function lab(folder: string, ...args: string[]): Promise<Outcome> {
  return ended(start(folder, args));
}

async function ended(child: ChildProcess): Promise<Outcome> {
  const said = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => (said.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said.stderr += text));
  const code = await new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  return { code, ...said };
}

/** What a test of lessons has, or may have left, on this machine. */
function leftovers(folder: string): string[] {
  const state = stateOf(folder);
  const files = existsSync(state) ? readdirSync(state) : [];
  return [
    ...files,
    ...readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .filter((line) => line.includes(state)),
  ];
}

test("a new lesson passes lint and test as it is", async (t) => {
  const folder = lessonsFolder(t);
  const made = await lab(folder, "new", "my-first-lesson");
  assert.equal(made.code, 0, made.stderr);
  const lint = await lab(folder, "lint", "my-first-lesson");
  assert.deepEqual({ code: lint.code, stdout: lint.stdout }, { code: 0, stdout: "1 lesson, 0 problems\n" });
  const proven = await lab(folder, "test", "my-first-lesson");
  assert.equal(proven.code, 0, proven.stdout + proven.stderr);
  assert.match(proven.stdout, /my-first-lesson +make-a-file +yes +yes +\d/);
  assert.match(proven.stdout, /my-first-lesson +close-it +yes +yes +\d/);
  assert.match(proven.stdout, /\n2 passed, 0 failed\n$/);
  const again = await lab(folder, "new", "my-first-lesson");
  assert.equal(again.code, 1);
  assert.match(again.stderr, /There is a lesson "my-first-lesson" already/);
  const bad = await lab(folder, "new", "../My lesson");
  assert.equal(bad.code, 1);
  assert.match(bad.stderr, /is no folder name for a lesson/);
  assert.deepEqual(readdirSync(folder), ["my-first-lesson"]);
});

test("lint prints every problem of every lesson with its place and cure", async (t) => {
  const folder = lessonsFolder(t, {
    broken: `${FRONT_MATTER}<Tsk />\n\n[a](javascript:x)\n`,
    script: FRONT_MATTER + task("a", 'fail "x"\nif true', "true"),
    ring: `${FRONT_MATTER.replace("order", "needs: [gnir]\norder")}text`,
    gnir: `${FRONT_MATTER.replace("order", "needs: [ring]\norder")}text`,
  });
  const { code, stdout } = await lab(folder, "lint");
  assert.equal(code, 1);
  assert.match(stdout, /broken\/lesson\.mdx:9:1 There is no component `<Tsk>`\.\n {4}Did you mean `<Task>`\?/);
  assert.match(stdout, /broken\/lesson\.mdx:11:1 A link cannot begin with "javascript:"/);
  assert.match(stdout, /script\/lesson\.mdx:13:1 The check of "a" is not a bash script: syntax error/);
  assert.match(stdout, /ring\/lesson\.mdx:1:1 The lesson needs itself in a circle: ring → gnir → ring/);
  assert.match(stdout, /4 lessons, 5 problems\n$/);
  const json = JSON.parse((await lab(folder, "lint", "broken", "--json")).stdout);
  assert.deepEqual(json[0], {
    file: join(folder, "broken/lesson.mdx"),
    line: 9,
    column: 1,
    message: "There is no component `<Tsk>`.",
    cure: "Did you mean `<Task>`?",
  });
  const missing = await lab(folder, "lint", "brokn");
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /no lesson "brokn".*Did you mean broken\?/);
});

test("a lesson that is not proven fails, and says where and why", async (t) => {
  const folder = lessonsFolder(t, {
    wrong:
      FRONT_MATTER +
      task("passes-fresh", 'true || fail "x"', "true") +
      task("not-solved", 'echo looked; [ -e /root/b ] || fail "There is no b."', "echo typed | tr a-z A-Z") +
      task("good", '[ -e /root/c ] || fail "There is no c."', "touch /root/c /root/d") +
      task("comes-early", '[ -e /root/d ] || fail "There is no d."', "touch /root/d") +
      task("may-be-early", '[ -e /root/d ] || fail "There is no d."', "touch /root/d", " early"),
    broken: "nothing",
    unset: `${FRONT_MATTER}\`\`\`bash setup\necho why >&2; exit 3\n\`\`\`\n${task("a", "fail a", "true")}`,
  });
  const { code, stdout } = await lab(folder, "test");
  assert.equal(code, 1);
  assert.match(stdout, /wrong +passes-fresh +no +yes.*\n +The check passes in a fresh sandbox/);
  assert.match(
    stdout,
    /wrong +not-solved +yes +no.*\n +After the solution the check says: There is no b\.\n +The terminal's last lines:\n[^✔]*TYPED[^✔]*The check printed:\n +looked/,
  );
  assert.match(stdout, /wrong +good +yes +yes/);
  assert.match(stdout, /wrong +comes-early +yes +yes.*\n +warning: It passes already after the solution of "good"/);
  assert.match(stdout, /wrong +may-be-early +yes +yes +\d[\d.]*\n(?! +warning)/);
  assert.match(stdout, /broken\n.*lesson\.mdx:1:1: The front matter is missing/);
  assert.match(stdout, /unset\n.*its setup failed: why/);
  assert.match(stdout, /\n3 passed, 4 failed\n$/);
  assert.deepEqual(leftovers(folder), []);
});

test("solutions are typed into a real terminal: nested shells, several lines, shells without marks; and the result can be JSON", async (t) => {
  const folder = lessonsFolder(t, {
    typed:
      FRONT_MATTER +
      task("nested", "grep -qsx aurora /root/name || fail no", "unshare --uts bash\nhostname aurora\nhostname > /root/name") +
      task(
        "lines",
        "[ \"$(cat /root/text 2>/dev/null)\" = $'one\\ntwo! $HOME' ] || fail no",
        "cat > /root/text <<'END'\none\ntwo! $HOME\nEND",
      ) +
      task("foreign", "[ -e /root/foreign ] || fail no", "busybox sh\ntouch /root/foreign\nexit") +
      task("background", "[ -e /root/late ] || fail no", "(sleep 1; touch /root/late) &"),
  });
  const { code, stdout, stderr } = await lab(folder, "test", "typed", "--json");
  assert.equal(code, 0, stdout + stderr);
  const { lessons, passed, failed } = JSON.parse(stdout);
  assert.deepEqual({ passed, failed }, { passed: 4, failed: 0 });
  assert.deepEqual(
    lessons[0].tasks.map((proof: { task: string; failsFresh: boolean; passes: boolean }) => [
      proof.task,
      proof.failsFresh,
      proof.passes,
    ]),
    ["nested", "lines", "foreign", "background"].map((name) => [name, true, true]),
  );
});

test("Ctrl-C ends it at once and nothing is left", async (t) => {
  const folder = lessonsFolder(t, { slow: FRONT_MATTER + task("slow", "fail no", "touch /root/begun; sleep 1000") });
  const child = start(folder, ["test"]);
  const over = ended(child);
  while (leftovers(folder).length === 0 && child.exitCode === null) await sleep(50);
  await sleep(1_000);
  child.kill("SIGINT");
  const { code, stderr } = await over;
  assert.equal(code, 130);
  assert.match(stderr, /nothing is left behind/);
  assert.deepEqual(leftovers(folder), []);
});

test("with --keep the sandbox stays until Ctrl-C", async (t) => {
  const folder = lessonsFolder(t, { kept: FRONT_MATTER + task("a", "[ -e /root/a ] || fail no", "touch /root/a") });
  const child = start(folder, ["test", "--keep"]);
  const over = ended(child);
  let told = "";
  child.stderr?.on("data", (text) => (told += text));
  while (!/exec -t/.test(told) && child.exitCode === null) await sleep(50);
  const [, root, id] = /runc --root (\S+) exec -t (\S+) bash/.exec(told) ?? [];
  assert(root && id, told);
  assert(existsSync(join(root, id)));
  child.kill("SIGINT");
  assert.equal((await over).code, 0);
  assert(!existsSync(root));
  assert.deepEqual(leftovers(folder), []);
});
