import type { HeldPty } from "../terminal/held-pty.ts";

/**
 * What makes sandboxes on an engine. Every engine (runc on this machine; incus on a cluster) fits behind these few
 * verbs; nothing outside `sandbox/` knows which one it is. Who owns a sandbox, and how long it lives, is not the
 * driver's business: see keeper.ts.
 */
export interface SandboxDriver {
  readonly host: HostDescription;
  /** Makes and starts a sandbox. Throws SandboxError; then nothing is left of it. */
  create(spec: SandboxSpec): Promise<void>;
  /** Starts a program on a new pseudo-terminal inside the sandbox, as a learner would (its tools, its limits). */
  openPty(id: string, options: PtyOptions): Promise<Pty>;
  /** As openPty, for the sandbox's terminal of this number. It outlives this process if the driver was told to hold terminals. */
  openTerminal(id: string, terminal: number, options: PtyOptions): Promise<HeldPty>;
  /** Terminals that an earlier process opened in the sandbox, and whose shells still run, by number. */
  heldTerminals(id: string): Promise<ReadonlyMap<number, HeldPty>>;
  /** Runs a program inside the sandbox with the sandbox's own tools and limits, to its end. */
  exec(id: string, argv: readonly string[], options?: ExecOptions): Promise<ExecResult>;
  /**
   * Runs a bash script in the sandbox's namespaces with tools of the pristine image and in a cgroup of its own: neither a
   * learner who broke /usr/bin nor one who used up the sandbox's memory or pids breaks it.
   */
  inspect(id: string, script: string, options?: ExecOptions): Promise<ExecResult>;
  /** The sandbox as it is now; undefined if there is none of this id. */
  describe(id: string): Promise<SandboxDescription | undefined>;
  /** Ends a sandbox and removes everything that it had. Does nothing if there is none. */
  destroy(id: string): Promise<void>;
  /** Ids of all sandboxes of this driver that are running, those of an earlier process included. */
  list(): Promise<string[]>;
  /** Removes what a crash left behind: mounts, loop devices, cgroups and files that belong to no running sandbox. Returns one line for each thing removed. */
  sweep(): Promise<string[]>;
  /** Releases what the driver itself holds. Sandboxes go on, and the terminals that outlive this process. */
  close(): Promise<void>;
}

export type SandboxSpec = {
  /** `[a-z0-9]{8,32}`, unique on the machine. */
  id: string;
  /** Name of an image under the images folder. */
  image: string;
  hostname: string;
  limits: SandboxLimits;
};

export type SandboxLimits = {
  /** Bytes of memory, swap excluded. */
  memory: number;
  pids: number;
  /** CPUs, may be a fraction. */
  cpus: number;
  /** Bytes of disk that the sandbox can write. */
  disk: number;
  /** Files that the sandbox can make. */
  inodes: number;
};

export type HostDescription = {
  driver: "runc" | "incus";
  /** Which cgroup version a sandbox sees. */
  cgroup: 1 | 2;
  kernel: string;
};

export type SandboxDescription = {
  id: string;
  running: boolean;
  /** Host pid of the sandbox's pid 1. */
  initPid: number;
  /** First host uid of its range of 65,536. */
  firstHostId: number;
  /** Milliseconds since the epoch. */
  createdAt: number;
  /** cgroup directories on the host: by controller on v1, one under "unified" on v2. */
  cgroups: Readonly<Record<string, string>>;
  /** Its file system on the host: the image's name, and the folders of the merged tree and of the overlay's two layers. */
  files: { image: string; root: string; lower: string; upper: string };
};

export type PtyOptions = {
  argv: readonly string[];
  env?: Readonly<Record<string, string>>;
  cwd?: string;
  cols: number;
  rows: number;
};

/** A pseudo-terminal's master side and the process that it leads. Bytes stay bytes. */
export interface Pty {
  /** Host pid of the session leader. */
  readonly pid: number;
  /** The bytes are the listener's only until it returns: what it keeps it copies. */
  onData(listener: (bytes: Uint8Array) => void): void;
  /** Called once: the exit code, or null where it is not known or a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Resolves when the bytes are in the pty (back-pressure: a shell that does not read holds it). */
  write(bytes: Uint8Array): Promise<void>;
  resize(cols: number, rows: number): void;
  pause(): void;
  resume(): void;
  /** Hangs the terminal up (SIGHUP to the session) and closes the master. */
  close(): void;
}

export type ExecOptions = {
  env?: Readonly<Record<string, string>>;
  /** Given to the program's standard input. */
  stdin?: Uint8Array | string;
  /** Milliseconds; then the program and its children are killed. Default 10,000. */
  timeout?: number;
  /** Most bytes kept of each stream; the rest is read and dropped. Default 64 KiB. */
  maxOutput?: number;
  cwd?: string;
};

export type ExecResult = {
  /** null where it was killed. */
  code: number | null;
  stdout: string;
  stderr: string;
  timedOut: boolean;
  truncated: boolean;
};

/** Something a person can act on. `message` is one sentence that is fit for the learner's page. */
export class SandboxError extends Error {
  readonly code: "create-failed" | "disk-full" | "not-found" | "bad-size";
  constructor(code: SandboxError["code"], message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SandboxError";
    this.code = code;
  }
}
