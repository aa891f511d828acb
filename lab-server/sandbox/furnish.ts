/** Puts a lesson into a new sandbox: its files, then its setup script. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { Lesson } from "../../curriculum/lesson.ts";
import { type ExecResult, type SandboxDriver, SandboxError } from "./driver.ts";
import { environment } from "./shell.ts";

/** Milliseconds. A learner takes anything slower for broken. */
const SETUP_TIMEOUT = 30_000;
/** Bytes of all of a lesson's files as tar. */
const MAX_FILES = 64 * 1024 * 1024;

/** Throws SandboxError with a sentence that names the lesson and what failed. */
export async function furnish(
  driver: SandboxDriver,
  id: string,
  lesson: Lesson,
  onProgress: (what: string) => void,
): Promise<void> {
  if (lesson.filesFolder !== undefined) {
    onProgress("Putting the lesson's files in place");
    const tar = await tarOf(lesson.filesFolder, lesson);
    // The image's own folders keep their modes, and its symbolic links such as /bin stay links.
    const argv = [
      "tar",
      "--extract",
      "--file=-",
      "--directory=/",
      "--no-same-owner",
      "--no-overwrite-dir",
      "--keep-directory-symlink",
    ];
    demand(
      await driver.exec(id, argv, { stdin: tar, timeout: SETUP_TIMEOUT }),
      lesson,
      "files could not be put into the sandbox",
    );
  }
  if (lesson.setup !== undefined) {
    onProgress("Setting the lesson up");
    const script = driver.host.cgroup === 1 ? lesson.setup.v1 : lesson.setup.v2;
    const result = await driver.exec(id, ["/bin/bash", "-e", "-c", script], {
      env: environment(driver.host),
      cwd: "/root",
      timeout: SETUP_TIMEOUT,
    });
    demand(result, lesson, "setup failed");
  }
}

/** Modes are made alike whatever the umask of who cloned the repository: only the execute bit counts, as in git. */
async function tarOf(folder: string, lesson: Lesson): Promise<Uint8Array> {
  const argv = [
    "--create",
    "--file=-",
    `--directory=${folder}`,
    "--owner=0",
    "--group=0",
    "--numeric-owner",
    "--mode=u=rwX,go=rX",
    ".",
  ];
  const tar = spawn("tar", argv, { stdio: ["ignore", "pipe", "pipe"], timeout: SETUP_TIMEOUT });
  const ended = new Promise<number | null>((resolve, reject) => tar.once("error", reject).once("close", resolve));
  const complaint = text(tar.stderr);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of tar.stdout as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_FILES) tar.kill("SIGKILL");
    else chunks.push(chunk);
  }
  const code = await ended;
  if (size > MAX_FILES)
    throw new SandboxError("create-failed", `The files of the lesson “${lesson.title}” are larger than ${MAX_FILES} bytes.`);
  if (code !== 0)
    throw new SandboxError(
      "create-failed",
      `The files of the lesson “${lesson.title}” cannot be read: ${lastLine(await complaint)}`,
    );
  return Buffer.concat(chunks);
}

function demand(result: ExecResult, lesson: Lesson, what: string): void {
  if (result.code === 0) return;
  const why = result.timedOut
    ? `it took longer than ${SETUP_TIMEOUT / 1000} s`
    : lastLine(result.stderr) || `it ended with ${result.code ?? "a signal"}`;
  throw new SandboxError("create-failed", `The lesson “${lesson.title}” cannot start, its ${what}: ${why}`);
}

function lastLine(output: string): string {
  return output.trimEnd().split("\n").at(-1) ?? "";
}
