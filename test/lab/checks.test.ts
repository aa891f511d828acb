import assert from "node:assert/strict";
import test, { after, before } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { pino } from "pino";
import { patient } from "../../cli/lab/patience.ts";
import type { Task } from "../../curriculum/lesson.ts";
import { type Examiner, runCheck, runChecks, traceCheck } from "../../lab-server/checks/check.ts";
import { CheckLoop } from "../../lab-server/checks/loop.ts";
import type { TaskState } from "../../lab-server/protocol.ts";
import { Collector } from "../../lab-server/xray/collector.ts";
import { Trial } from "./sandbox-trial.ts";

const log = pino({ level: "silent" });
/** Milliseconds: what has not happened after this does not happen. */
const PATIENCE = patient(30_000);

let trial: Trial;
let collector: Collector;
let examiner: Examiner;
before(async () => {
  trial = await Trial.open();
  collector = new Collector(trial.driver, log);
  examiner = { driver: trial.driver, readFacts: (id) => collector.read(id) };
});
after(async () => {
  await collector.close();
  await trial[Symbol.asyncDispose]();
});

function task(id: string, check: string): Task {
  return {
    id,
    title: id,
    check: { v1: check, v2: check },
    solution: { v1: "true", v2: "true" },
    hints: 0,
    early: false,
    line: 1,
  };
}

const file = (name: string) => task(name, `[ -e /root/${name} ] || fail "There is no ${name}."`);

test("a check's answer is one short line, whatever it does", async () => {
  const id = await trial.create();
  const answers: readonly [name: string, check: string, done: boolean, reason?: RegExp][] = [
    ["passes", "true", true],
    ["exits-0", "exit 0; fail never", true],
    ["fails-with-words", `fail "It's not  done: \\"x\\"."`, false, /^It's not {2}done: "x"\.$/],
    ["fails-without-words", "exit 3", false, /^This is not done yet\.$/],
    ["is-no-bash", "if then fi (", false, /^This is not done yet\.$/],
    ["says-much", "fail $(printf 'word %.0s' {1..500})", false, /^(word )+word…$/],
    ["says-lines", "fail $'one\\ntwo\\r\\tthree'", false, /^one two three$/],
    ["says-escapes", "fail $'\\e[31mred\\e[0m \\u202Eturned \\a'", false, /^red turned$/],
    ["prints-besides", "echo noise; echo noise >&2; fail words", false, /^words$/],
    ["prints-and-passes", "echo noise", true],
    ["fails-in-a-pipe", "echo x | while read -r; do fail inside; done", false, /^inside$/],
    ["has-a-quote", "[ \"it's\" = 'x' ] || fail ok", false, /^ok$/],
    ["leaves-things", "cd /root; x=1; shopt -s nullglob; trap 'exit 5' EXIT; false", false],
    ["begins-clean", '[ "$PWD$x" = / ] && ! shopt -q nullglob || fail "$PWD$x"', true],
  ];
  const results = await runChecks(
    examiner,
    id,
    answers.map(([name, check]) => task(name, check)),
  );
  for (const [name, , done, reason] of answers) {
    const result = results.get(name);
    assert.equal(result?.done, done, `${name}: ${result?.reason}`);
    assert.notEqual(result?.stuck, true, name);
    if (reason) assert.match(result?.reason ?? "", reason, name);
    assert((result?.reason ?? "").length <= 300, name);
  }
  await trial.driver.destroy(id);
});

test("a check that never ends, prints 100 MB, or kills its shell says so, and the others have their answers", async () => {
  const id = await trial.create();
  const tasks = [
    task("before", "fail before"),
    task("endless", "while :; do :; done"),
    task("between", "true"),
    task("loud", "yes | head -c 100000000; fail loud"),
    task("louder", "yes >&3"),
    task("deadly", "kill -9 $$"),
    task("daemon", "setsid sleep 1000 & fail daemon"),
    task("last", "fail last"),
  ];
  const results = await runChecks(examiner, id, tasks);
  assert.deepEqual([...results.keys()].toSorted(), tasks.map((task) => task.id).toSorted());
  for (const name of ["before", "daemon", "last"]) assert.deepEqual(results.get(name), { done: false, reason: name });
  assert.deepEqual(results.get("between"), { done: true });
  assert.match(results.get("endless")?.reason ?? "", /did not end within 5 seconds/);
  for (const name of ["loud", "louder", "deadly"])
    assert.match(results.get(name)?.reason ?? "", /stopped before it could tell/, name);
  for (const name of ["endless", "loud", "louder", "deadly"]) assert.equal(results.get(name)?.stuck, true, name);
  assert.equal(await trial.sh(id, "pgrep -c 'sleep|yes' || :"), "0");
  await trial.driver.destroy(id);
});

test("the variant of the host's cgroup version is run", async () => {
  const id = await trial.create();
  const both = { ...task("which", ""), check: { v1: "fail $CGROUP_VERSION 1", v2: "fail $CGROUP_VERSION 2" } };
  const version = trial.driver.host.cgroup;
  assert.equal((await runCheck(examiner, id, both)).reason, `${version} ${version}`);
  assert.equal(await traceCheck(examiner, id, task("x", "echo shown; fail words")), "shown\nwords");
  await trial.driver.destroy(id);
});

/** A loop over the sandbox's tasks that remembers what it told. */
class Watched implements Disposable {
  readonly states: TaskState[] = [];
  readonly loop: CheckLoop;
  #heard: () => void = () => undefined;

  constructor(sandboxId: string, tasks: readonly Task[], done: readonly string[] = []) {
    const onState = (state: TaskState) => {
      this.states.push(state);
      this.#heard();
    };
    this.loop = new CheckLoop({ examiner, sandboxId, tasks, done, log, onState });
  }

  /** Waits until it has told so. */
  async until(what: (state: TaskState) => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!this.states.some(what)) {
      assert(Date.now() < deadline, `waited in vain; told ${JSON.stringify(this.states)}`);
      await Promise.race([sleep(200), new Promise<void>((resolve) => (this.#heard = resolve))]);
    }
  }

  [Symbol.dispose](): void {
    this.loop.close();
  }
}

test("after a command the open tasks are checked, a reason is told once, and a task that is done is done", async () => {
  const id = await trial.create();
  using watched = new Watched(id, [file("a"), file("b"), file("c")], ["c"]);
  watched.loop.commandEnded();
  await watched.until((state) => state.id === "b");
  assert.deepEqual(watched.states, [
    { id: "a", done: false, reason: "There is no a." },
    { id: "b", done: false, reason: "There is no b." },
  ]);
  await trial.sh(id, "touch /root/b");
  for (let i = 0; i < 5; i++) watched.loop.commandEnded();
  await watched.until((state) => state.done);
  await trial.sh(id, "rm /root/b; touch /root/a");
  watched.loop.commandEnded();
  await watched.until((state) => state.id === "a" && state.done);
  assert.deepEqual(watched.states.slice(2), [
    { id: "b", done: true },
    { id: "a", done: true },
  ]);
  await trial.driver.destroy(id);
});

test("a check that was asked for is answered each time, and one of a task that is done or unknown is not", async () => {
  const id = await trial.create();
  using watched = new Watched(id, [file("a"), file("b")], ["b"]);
  for (let i = 0; i < 2; i++) await watched.loop.check("a");
  await watched.loop.check("b");
  await watched.loop.check("nope");
  assert.deepEqual(watched.states, Array(2).fill({ id: "a", done: false, reason: "There is no a." }));
  await trial.driver.destroy(id);
  await assert.rejects(watched.loop.check("a"), { name: "SandboxError", code: "not-found" });
  // Nobody asked for this one: it fails in silence.
  watched.loop.commandEnded();
  await sleep(200);
});

test("after a line for a shell in the sandbox there is a round, while nobody watches too", async () => {
  const id = await trial.create();
  using watched = new Watched(id, [file("a")]);
  watched.loop.lineEntered();
  watched.loop.lineEntered();
  await watched.until((state) => !state.done);
  await trial.sh(id, "touch /root/a");
  watched.loop.lineEntered();
  // What comes earlier does not wait for it, and it does not come again.
  watched.loop.commandEnded();
  await watched.until((state) => state.done);
  await trial.driver.destroy(id);
});

test("what ends in the background is found on the beat while somebody watches", async () => {
  const id = await trial.create();
  using watched = new Watched(id, [file("a")]);
  watched.loop.setWatched(true);
  await trial.sh(id, "touch /root/a");
  await watched.until((state) => state.done);
  await trial.driver.destroy(id);
});

test("a stuck check does not keep the others from their answers", async () => {
  const id = await trial.create();
  using watched = new Watched(id, [task("stuck", "sleep 1000"), file("a")]);
  watched.loop.commandEnded();
  await watched.until((state) => state.id === "stuck");
  await trial.sh(id, "touch /root/a");
  const begun = watched.states.length;
  watched.loop.commandEnded();
  await watched.until((state) => state.id === "a" && state.done);
  // The stuck one was not tried again before it.
  assert.deepEqual(watched.states.slice(begun), [{ id: "a", done: true }]);
  await trial.driver.destroy(id);
});

test("a loop that is closed tells nothing more", async () => {
  const id = await trial.create();
  const watched = new Watched(id, [task("slow", "sleep 0.3; fail slow")]);
  watched.loop.commandEnded();
  await sleep(150);
  watched.loop.close();
  watched.loop.commandEnded();
  watched.loop.setWatched(true);
  await watched.loop.check("slow");
  assert.deepEqual(watched.states, []);
  await trial.driver.destroy(id);
});
