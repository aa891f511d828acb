import { spawn } from "node:child_process";
import { accessSync, closeSync, constants, openSync, readFileSync } from "node:fs";
import { Socket } from "node:net";
import { createInterface } from "node:readline";
import { StartError } from "../../cli/start/step.ts";
import type { Disk } from "./disk.ts";
import { GuestEvent, type Job, PORT_NAME } from "./events.ts";
import type { GuestImage } from "./guest-image.ts";

export type Run = {
  image: GuestImage;
  disks: readonly Disk[];
  job: Job;
  /** Milliseconds from power on to the end of the job. */
  limit: number;
  /** File that the guest's console is written to. */
  console: string;
  /** Folder for what the guest writes to its disks: nameless files, gone when it ends. */
  scratch: string;
  onEvent: (event: GuestEvent) => void;
  stop: AbortSignal;
};

/** MiB. It is taken only as the guest uses it. */
const MEMORY = 4096;

/**
 * Boots the guest, gives it the job and waits for the job's end; returns its exit code. The guest is gone then, and nothing that it wrote is
 * kept. Throws StartError where it ends, hangs or says nonsense before that, and what `stop` says when it says it.
 */
export async function runInGuest(run: Run): Promise<number> {
  const consoleLog = openSync(run.console, "w", 0o600);
  // Descriptor 3 is the job's port; a parent that is killed takes the guest with it.
  const qemu = spawn("setpriv", ["--pdeathsig", "KILL", "--", "qemu-system-x86_64", ...qemuArguments(run)], {
    stdio: ["ignore", consoleLog, "pipe", "pipe"],
    env: { ...process.env, TMPDIR: run.scratch },
  });
  closeSync(consoleLog);
  let complaint = "";
  qemu.stderr?.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-4096);
  });
  const gone = new Promise<void>((resolve) => {
    qemu.on("error", (error) => {
      complaint += error.message;
      if (qemu.pid === undefined) resolve();
    });
    qemu.on("close", () => resolve());
  });
  const port = qemu.stdio[3];
  if (!(port instanceof Socket)) throw new Error("The guest has no port.");
  port.on("error", () => undefined); // It ends with the guest, and that is told below.

  let code: number | undefined;
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    qemu.kill("SIGKILL");
  };
  const onStop = () => fail(run.stop.reason);
  run.stop.addEventListener("abort", onStop);
  if (run.stop.aborted) onStop();
  const timer = setTimeout(
    () => fail(new StartError(`The guest had not done its job after ${run.limit / 60_000} minutes, and was ended.`)),
    run.limit,
  );
  createInterface(port).on("line", (line) => {
    const event = parse(line);
    if (event === undefined) return fail(new StartError(`The guest said something that is no event: ${line.slice(0, 200)}`));
    if (event.type === "up") port.write(`${JSON.stringify(run.job)}\n`);
    if (event.type === "end") {
      code = event.code;
      qemu.kill("SIGKILL");
    }
    try {
      run.onEvent(event);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
  try {
    await gone;
  } finally {
    clearTimeout(timer);
    run.stop.removeEventListener("abort", onStop);
  }
  if (failure !== undefined) throw failure;
  if (code !== undefined) return code;
  throw new StartError(`The guest ended before its job did.${complaint && `\nQEMU said: ${complaint.trim()}`}`);
}

/**
 * Whether KVM can run an unmodified kernel: it needs the processor's virtualization. A /dev/kvm without it is that of a paravirtual
 * KVM, which starts a machine and then cannot boot Debian in it.
 */
export function hasKvm(): boolean {
  if (!/^flags\s*:.*\b(vmx|svm)\b/m.test(readFileSync("/proc/cpuinfo", "utf8"))) return false;
  try {
    accessSync("/dev/kvm", constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function qemuArguments({ image, disks }: Run): string[] {
  // Emulated, one plain old processor: Node crashes now and then in code that another processor has just compiled, and what QEMU can
  // emulate besides (AVX, 5-level page tables) only costs time.
  const machine = hasKvm() ? ["-accel", "kvm", "-cpu", "host", "-smp", "2"] : ["-accel", "tcg", "-cpu", "Nehalem", "-smp", "1"];
  const files = [image.disk, ...disks.map(({ file }) => file)];
  return [
    ...["-nodefaults", "-no-user-config", "-display", "none", "-no-reboot", "-serial", "stdio", ...machine],
    ...["-m", String(MEMORY), "-device", "virtio-rng-pci"],
    // Writes go to a nameless file, so disks stay as they were made and any number of guests can use them.
    ...files.flatMap((file) => ["-drive", `if=virtio,format=raw,snapshot=on,cache=unsafe,file=${file.replaceAll(",", ",,")}`]),
    ...[
      "-chardev",
      "socket,id=job,fd=3",
      "-device",
      "virtio-serial-pci",
      "-device",
      `virtserialport,chardev=job,name=${PORT_NAME}`,
    ],
    ...["-kernel", image.kernel, "-initrd", image.initrd],
    // A kernel that panics restarts at once, which with -no-reboot ends QEMU. Mitigations flush what an emulator is slowest to refill.
    ...[
      "-append",
      "console=ttyS0 root=/dev/vda rw quiet panic=-1 mitigations=off systemd.show_status=0 systemd.unified_cgroup_hierarchy=1",
    ],
  ];
}

function parse(line: string): GuestEvent | undefined {
  try {
    return GuestEvent.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
