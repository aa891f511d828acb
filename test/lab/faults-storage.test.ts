/** A database that another process has locked, and a disk that is full. Needs root. */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import test from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { patient } from "../../cli/lab/patience.ts";
import type { LabClient } from "./client.ts";
import { Lab } from "./harness.ts";
import { assertSettles, settled } from "./inventory.ts";

const PATIENCE = { timeout: patient(180_000) };
const ANN = { learner: "learner-ann", lesson: "plain" };
const BEN = { learner: "learner-ben", lesson: "plain" };
const MIB = 1024 * 1024;

test("a lock on the database delays a tick, which is not lost, and no terminal", PATIENCE, async () => {
  await using lab = await Lab.start();
  const [ann, ben] = [await lab.page(ANN), await lab.page(BEN)];
  await ann.open(1);
  await ben.open(1);
  await ben.run(1, "echo here-$((1+1))", "here-2");
  const before = await settled(lab);
  const other = new DatabaseSync(join(lab.stateFolder, "database/unboxed.sqlite"));
  try {
    other.exec("BEGIN EXCLUSIVE");
    ann.type(1, "touch /root/done\n");
    const slowest = await slowestEcho(ben, 7_000);
    assert(!isTicked(ann), "no tick is told that is not saved");
    assert(slowest < 2_000, `a neighbour waited ${slowest} ms for an echo`);
    await ann.hear("error", ({ message }) => /could not be saved/.test(message));
    other.exec("ROLLBACK");
    await ann.until("the tick", () => isTicked(ann));
    assert.equal(other.prepare("SELECT count(*) AS count FROM task_done").get()?.count, 1);
  } finally {
    other.close();
  }
  await assertSettles(lab, before);
});

test(
  "a full disk under the state folder: what runs goes on, what needs room is refused in a sentence, and it recovers",
  PATIENCE,
  async () => {
    await using disk = SmallDisk.mount(256 * MIB);
    await using lab = await disk.inside(() => Lab.start({ env: { UNBOXED_DISK_MB: "512" } }));
    const ann = await lab.page(ANN);
    await ann.open(1);
    await ann.run(1, "word=known; echo kept > /root/work; sync; echo here-$((1+1))", "here-2");
    const before = await settled(lab);

    disk.fill();
    await ann.run(1, "echo still-$word", "still-known");
    const ben = await lab.socket();
    ben.hello(await lab.ticket(BEN.learner, BEN.lesson), crypto.randomUUID());
    const { code, message } = await ben.hear("error");
    assert.equal(code, "disk-full");
    assert.match(message, /^[A-Z][^\n]*\.$/);
    await ben.closed;
    // A tick that cannot be saved is not told.
    ann.type(1, "touch /root/done\n");
    await ann.until("the end of the check", () =>
      ann.messages.some((one) => isTicked(ann) || (one.type === "error" && /could not be saved/.test(one.message))),
    );
    await assertSettles(lab, before);

    disk.empty();
    await ann.until("the tick", () => isTicked(ann));
    await ann.run(1, "cat /root/work; echo more > /root/more && sync && echo written-$((1+1))", "written-2");
    const again = await lab.page(BEN);
    await again.open(1);
    await again.run(1, "echo here-$((2+1))", "here-3");
    // A restart finds all of it.
    await lab.stop("SIGKILL");
    await lab.start();
    const after = await lab.page(ANN, ann);
    assert(after.messages.some((one) => one.type === "welcome" && one.tasks.every(({ done }) => done)));
    assert.equal((await after.open(1)).gap, false);
    await after.run(1, "cat /root/work /root/more; echo there-$word", "there-known");
    assert.match(after.output(1), /kept\r\nmore/);
  },
);

function isTicked(page: LabClient): boolean {
  return page.messages.some((message) => message.type === "task" && message.task.done);
}

/** Milliseconds that the slowest of many echoes took, over so many milliseconds. */
async function slowestEcho(page: LabClient, time: number): Promise<number> {
  let slowest = 0;
  let round = 0;
  for (const end = performance.now() + time; performance.now() < end; await sleep(50)) {
    const begun = performance.now();
    round += 1;
    await page.run(1, `echo quick-$((${round}+1))-`, `quick-${round + 1}-`);
    slowest = Math.max(slowest, performance.now() - begun);
  }
  return slowest;
}

/** A file system of its own, in a file, that can be filled. */
class SmallDisk implements AsyncDisposable {
  readonly #folder: string;
  readonly #point: string;

  private constructor(folder: string) {
    this.#folder = folder;
    this.#point = join(folder, "disk");
  }

  static mount(size: number): SmallDisk {
    const folder = mkdtempSync(join(tmpdir(), "unboxed-disk-"));
    const disk = new SmallDisk(folder);
    const image = join(folder, "image");
    execFileSync("truncate", ["--size", String(size), image]);
    execFileSync("mkfs.ext4", ["-q", "-m", "0", image]);
    execFileSync("mkdir", [disk.#point]);
    execFileSync("mount", ["-o", "loop", image, disk.#point]);
    return disk;
  }

  /** Does what makes a temporary folder, so that it is made here. */
  async inside<T>(work: () => Promise<T>): Promise<T> {
    const before = process.env.TMPDIR;
    process.env.TMPDIR = this.#point;
    try {
      return await work();
    } finally {
      if (before === undefined) delete process.env.TMPDIR;
      else process.env.TMPDIR = before;
    }
  }

  /** To the last block. */
  fill(): void {
    for (let number = 0; statfsSync(this.#point).bavail > 0; number++) {
      try {
        writeFileSync(join(this.#point, `filling-${number}`), Buffer.alloc(MIB));
      } catch (error) {
        if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
        break;
      }
    }
  }

  empty(): void {
    execFileSync("find", [this.#point, "-maxdepth", "1", "-name", "filling-*", "-delete"]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    execFileSync("umount", ["--lazy", this.#point]);
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
