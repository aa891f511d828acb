/**
 * A network cable between this machine and a network namespace that loses packets as it is told: two TUN devices (the kernel's
 * networking/tuntap) whose packets this process carries. Unlike `tc netem` it needs no kernel module, and it can fall silent.
 *
 *   await using wire = await Wire.lay();
 */
import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { closeSync, constants, openSync, readSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { call, systemCall } from "../../lab-server/sandbox/kernel/libc.ts";

const TUNSETIFF = 0x400454ca;
const IFF_TUN = 0x0001;
const IFF_NO_PI = 0x1000;
/** Bytes of struct ifreq: a name of 16, and a union. */
const IFREQ = { size: 40, flags: 16 };
const MTU = 1_500;
/** Milliseconds between looks for packets: the way that a packet takes. */
const BEAT = 1;

const ioctl = systemCall("int ioctl(int fd, unsigned long request, void *argument)");
const run = promisify(execFile);

export class Wire implements AsyncDisposable {
  /** For Lab.start. */
  readonly network: { namespace: string; address: string };
  /** Share of packets that are lost, 0 to 1. */
  loss = 0;
  carried = 0;
  lost = 0;
  readonly #near: number;
  readonly #far: number;
  readonly #random: () => number;
  #isOver = false;
  readonly #carrying: Promise<void>;

  private constructor(network: Wire["network"], near: number, far: number, random: () => number) {
    this.network = network;
    this.#near = near;
    this.#far = far;
    this.#random = random;
    this.#carrying = this.#carry();
  }

  static async lay(random: () => number = Math.random): Promise<Wire> {
    const name = `ub${randomBytes(4).toString("hex")}`;
    // 198.18.0.0/15 is for such trials (RFC 2544): each wire has four addresses of it.
    const block = randomBytes(2).readUInt16BE() & ~3;
    const [here, there] = [1, 2].map((host) => `198.18.${block >> 8}.${(block & 0xff) + host}`);
    if (here === undefined || there === undefined) throw new Error("A wire has two ends.");
    const [near, far] = [openTun(`${name}n`), openTun(`${name}f`)];
    await run("ip", ["netns", "add", name]);
    const wire = new Wire({ namespace: name, address: there }, near, far, random);
    try {
      await run("ip", ["link", "set", `${name}f`, "netns", name]);
      await run("ip", ["address", "add", `${here}/30`, "dev", `${name}n`]);
      await run("ip", ["link", "set", `${name}n`, "up"]);
      for (const args of [
        ["address", "add", `${there}/30`, "dev", `${name}f`],
        ["link", "set", `${name}f`, "up"],
        ["link", "set", "lo", "up"],
      ])
        await run("ip", ["-n", name, ...args]);
      return wire;
    } catch (error) {
      await wire[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #carry(): Promise<void> {
    const packet = Buffer.alloc(MTU);
    while (!this.#isOver) {
      for (const [from, to] of [
        [this.#near, this.#far],
        [this.#far, this.#near],
      ] as const)
        for (let length = read(from, packet); length > 0; length = read(from, packet)) this.#pass(to, packet.subarray(0, length));
      await sleep(BEAT);
    }
  }

  #pass(to: number, packet: Buffer): void {
    if (this.#random() < this.loss) this.lost += 1;
    else {
      this.carried += 1;
      write(to, packet);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isOver = true;
    await this.#carrying;
    closeSync(this.#near);
    closeSync(this.#far);
    await run("ip", ["netns", "delete", this.network.namespace]);
  }
}

function openTun(name: string): number {
  const fd = openSync("/dev/net/tun", constants.O_RDWR | constants.O_NONBLOCK);
  const request = Buffer.alloc(IFREQ.size);
  request.write(name);
  request.writeInt16LE(IFF_TUN | IFF_NO_PI, IFREQ.flags);
  call("ioctl TUNSETIFF", ioctl, fd, TUNSETIFF, request);
  return fd;
}

/** 0 where no packet waits. */
function read(fd: number, packet: Buffer): number {
  try {
    return readSync(fd, packet);
  } catch (error) {
    if (isCode(error, "EAGAIN")) return 0;
    throw error;
  }
}

/** A device that is not up takes none: the packet is lost. */
function write(fd: number, packet: Buffer): void {
  try {
    writeSync(fd, packet);
  } catch (error) {
    if (!isCode(error, "EIO") && !isCode(error, "EAGAIN")) throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
