/**
 * The kernel tells of every fork, exec and exit on the machine: the process events connector, Documentation/driver-api/connector.rst and
 * include/uapi/linux/cn_proc.h. It tells only whoever has CAP_NET_ADMIN in the first user, pid and network namespaces.
 */
import { closeSync } from "node:fs";
import { constants } from "node:os";
import koffi from "koffi";
import { call, SystemCallError, systemCall } from "./libc.ts";
import { AF, bind, MSG_DONTWAIT, openSocket, SOCK, SOL_SOCKET, send } from "./socket.ts";

/** Pids as this process sees them. */
export type ProcessEvent = { pid: number /** Milliseconds since boot. */; at: number } & (
  | { what: "fork"; parent: number }
  | { what: "exec" }
  /** `signal` is the one that ended it, 0 where it ended by itself. */
  | { what: "exit"; signal: number }
);

const NETLINK_CONNECTOR = 11;
const CN_IDX_PROC = 1;
const PROC_CN_MCAST_LISTEN = 1;
const NLMSG_DONE = 3;
const SO_RCVBUF = 8;
const SO_RCVTIMEO = 20;
/** Bytes of a socket address of netlink(7). */
const ADDRESS = 12;
/** Bytes before a message's data: struct nlmsghdr and struct cn_msg. */
const HEADER = 36;
/** Offset of an event's own fields: after what, cpu and time. */
const FIELDS = HEADER + 16;
/** Bytes of events that wait while nobody takes them. */
const BACKLOG = 1024 * 1024;
/** Milliseconds for the kernel to say that it will tell. */
const WELCOME = 500;

const { EAGAIN, EINTR, ENOBUFS } = constants.errno;
const NOTHING: readonly number[] = [EAGAIN, EINTR, ENOBUFS];

const NONE = 0;
const FORK = 1;
const EXEC = 2;
const EXIT = 0x80000000;

const recv = systemCall("long recv(int fd, _Out_ void *bytes, size_t length, int flags)");
const setsockopt = systemCall("int setsockopt(int fd, int level, int name, const void *value, uint32_t length)");

export class ProcConnector implements Disposable {
  readonly #fd: number;
  readonly #bytes = Buffer.alloc(4096);
  #timeout = 0;

  private constructor(fd: number) {
    this.#fd = fd;
  }

  /** undefined where this kernel does not tell us. */
  static open(): ProcConnector | undefined {
    let connector: ProcConnector | undefined;
    try {
      connector = new ProcConnector(openSocket(AF.NETLINK, SOCK.DGRAM, NETLINK_CONNECTOR));
      connector.#subscribe();
      if (connector.#isWelcome()) return connector;
    } catch (error) {
      if (!(error instanceof SystemCallError)) throw error;
    }
    connector?.[Symbol.dispose]();
    return undefined;
  }

  /** Waits at most `timeout` milliseconds for events and returns up to `most` that are there then. Holds up this thread. */
  wait(timeout: number, most: number): ProcessEvent[] {
    this.#patience(timeout);
    const events: ProcessEvent[] = [];
    for (let count = 0; count < most; count++) {
      const length = this.#receive(count === 0 ? 0 : MSG_DONTWAIT);
      if (length === undefined) break;
      const event = parseProcessEvent(this.#bytes.subarray(0, length));
      if (event) events.push(event);
    }
    return events;
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #subscribe(): void {
    const option = Buffer.alloc(4);
    option.writeInt32LE(BACKLOG);
    call("setsockopt SO_RCVBUF", setsockopt, this.#fd, SOL_SOCKET, SO_RCVBUF, option, option.length);
    const address = Buffer.alloc(ADDRESS);
    address.writeUInt16LE(AF.NETLINK, 0);
    address.writeUInt32LE(CN_IDX_PROC, 8);
    bind(this.#fd, address);
    const message = Buffer.alloc(HEADER + 4);
    message.writeUInt32LE(message.length, 0);
    message.writeUInt16LE(NLMSG_DONE, 4);
    message.writeUInt32LE(CN_IDX_PROC, 16);
    message.writeUInt32LE(1, 20); // CN_VAL_PROC
    message.writeUInt16LE(4, 32);
    message.writeUInt32LE(PROC_CN_MCAST_LISTEN, HEADER);
    send(this.#fd, message);
  }

  /** The kernel answers with an event that is none. */
  #isWelcome(): boolean {
    const end = performance.now() + WELCOME;
    for (let left = WELCOME; left > 0; left = end - performance.now()) {
      this.#patience(left);
      const length = this.#receive(0);
      if (length !== undefined && length >= FIELDS + 4 && this.#bytes.readUInt32LE(HEADER) === NONE)
        return this.#bytes.readUInt32LE(FIELDS) === 0;
    }
    return false;
  }

  #patience(timeout: number): void {
    if (this.#timeout === timeout) return;
    this.#timeout = timeout;
    const option = Buffer.alloc(16);
    option.writeBigInt64LE(BigInt(Math.floor(timeout / 1000)), 0);
    option.writeBigInt64LE(BigInt(Math.max(1, Math.floor(timeout % 1000))) * 1000n, 8);
    call("setsockopt SO_RCVTIMEO", setsockopt, this.#fd, SOL_SOCKET, SO_RCVTIMEO, option, option.length);
  }

  /** Bytes of the next message; undefined where none came. */
  #receive(flags: number): number | undefined {
    const length = recv(this.#fd, this.#bytes, this.#bytes.length, flags);
    if (length !== -1) return length;
    const errno = koffi.errno();
    // ENOBUFS: more came than there was room for; what was lost is seen by looking.
    if (NOTHING.includes(errno)) return undefined;
    throw new SystemCallError("recv", errno);
  }
}

/** struct proc_event in a message of the connector; undefined for what is none of these three, and for threads. */
export function parseProcessEvent(message: Buffer): ProcessEvent | undefined {
  if (message.length < FIELDS + 16) return undefined;
  const at = Number(message.readBigUInt64LE(HEADER + 8)) / 1e6;
  const field = (index: number) => message.readUInt32LE(FIELDS + 4 * index);
  switch (message.readUInt32LE(HEADER)) {
    case FORK:
      return field(2) === field(3) ? { what: "fork", at, parent: field(1), pid: field(3) } : undefined;
    case EXEC:
      return { what: "exec", at, pid: field(1) };
    case EXIT:
      // wait(2): the low seven bits of the status name the signal.
      return field(0) === field(1) ? { what: "exit", at, pid: field(1), signal: field(2) & 0x7f } : undefined;
    default:
      return undefined;
  }
}
