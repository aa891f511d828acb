/** Two real sandboxes side by side: one whose root attacks, and its neighbour. Needs root. */
import assert from "node:assert/strict";
import { patient } from "../../../cli/lab/patience.ts";
import type { SandboxDescription } from "../../../lab-server/sandbox/driver.ts";
import { Trial } from "../sandbox-trial.ts";

/** Milliseconds that one attempt may take; most take a tenth of a second. */
const TIMEOUT = patient(60_000);

/** TRY prints the name of the error that an expression ends with, or "ok". Numbers of calls come from the headers: those of x86-64 and arm64 differ. */
const PRELUDE = `
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/wait.h>
extern const char *strerrorname_np(int);
static long said(long result) { puts(result == -1 ? strerrorname_np(errno) : "ok"); fflush(stdout); return result; }
#define TRY(call) (errno = 0, said((long)(call)))
`;

export class Attack implements AsyncDisposable {
  readonly trial: Trial;
  readonly attacker: string;
  readonly neighbour: string;

  private constructor(trial: Trial, attacker: string, neighbour: string) {
    this.trial = trial;
    this.attacker = attacker;
    this.neighbour = neighbour;
  }

  static async open(): Promise<Attack> {
    const trial = await Trial.open();
    try {
      const [attacker, neighbour] = await Promise.all([trial.create(), trial.create({ hostname: "neighbour" })]);
      return new Attack(trial, attacker, neighbour);
    } catch (error) {
      await trial[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Runs bash as the attacker's root. Fails where it fails. */
  sh(script: string): Promise<string> {
    return this.trial.sh(this.attacker, script, { timeout: TIMEOUT });
  }

  /** Runs bash as the attacker's root, which must fail and say so. */
  async refused(script: string, words: RegExp): Promise<void> {
    const { code, stdout, stderr, timedOut } = await this.trial.driver.exec(this.attacker, ["bash", "-c", script], {
      timeout: TIMEOUT,
    });
    assert(code !== 0 && !timedOut, `It was not refused: ${script}\n${stdout}`);
    assert.match(stdout + stderr, words);
  }

  /** Compiles and runs the body of a C program as the attacker's root, and returns the lines that it printed. */
  async c(body: string, declarations = ""): Promise<string[]> {
    const { code, stdout, stderr } = await this.runC(body, declarations);
    assert.equal(code, 0, `${stdout}${stderr}`);
    return stdout.trim().split("\n");
  }

  /** As `c`, for programs that may come to a bad end. */
  runC(body: string, declarations = "") {
    return this.trial.driver.exec(this.attacker, ["tcc", "-w", "-run", "-"], {
      stdin: program(body, declarations),
      timeout: TIMEOUT,
    });
  }

  /** Compiles a C program to a file of the attacker's. */
  async build(path: string, body: string, declarations = ""): Promise<void> {
    const { code, stderr } = await this.trial.driver.exec(this.attacker, ["tcc", "-w", "-o", path, "-"], {
      stdin: program(body, declarations),
    });
    assert.equal(code, 0, stderr);
  }

  describe(id = this.attacker): Promise<SandboxDescription> {
    return this.trial.driver.describe(id).then((description) => description ?? assert.fail(`${id} is gone`));
  }

  /** After an attack on it. */
  async assertNeighbourWell(): Promise<void> {
    assert.equal(await this.trial.sh(this.neighbour, "echo well"), "well");
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.trial[Symbol.asyncDispose]();
  }
}

function program(body: string, declarations: string): string {
  return `${PRELUDE}${declarations}\nint main(void) {\n${body}\nreturn 0; }\n`;
}
