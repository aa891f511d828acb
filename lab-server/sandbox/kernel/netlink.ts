/** Questions to the kernel's routing family of netlink: netlink(7), rtnetlink(7). */
import { closeSync } from "node:fs";
import { call, SystemCallError, systemCall } from "./libc.ts";
import { CLONE_NEW, setns } from "./namespace.ts";
import { AF, MSG_DONTWAIT, openSocket, SOCK, send } from "./socket.ts";

const recvfrom = systemCall("long recvfrom(int fd, void *buffer, size_t length, int flags, void *address, void *addressLength)");

const NETLINK_ROUTE = 0;
const NLM_F_REQUEST = 0x1;
const NLM_F_DUMP = 0x300;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
/** struct nlmsghdr: length u32, type u16, flags u16, sequence u32, port u32. */
const HEADER = 16;
/** struct sockaddr_nl: family u16, padding u16, port u32, groups u32. */
const ADDRESS = 12;

const buffer = Buffer.allocUnsafe(65_536);
const address = Buffer.alloc(ADDRESS);
const addressLength = new Uint32Array(1);

/** A message: its type, and what follows its header. */
export type NetlinkMessage = { type: number; body: Buffer };

/** A socket in a network namespace. It keeps the namespace alive, so it is not kept for long. */
export class RouteSocket implements Disposable {
  readonly #namespace: number;
  readonly #home: number;
  #fd: number;
  #sequence = 0;

  /**
   * `namespace` and `home` are descriptors, open for as long as this is; the calling thread goes into the one for a moment and back into the
   * other, its own. Throws SystemCallError.
   */
  constructor(namespace: number, home: number) {
    this.#namespace = namespace;
    this.#home = home;
    this.#fd = openIn(namespace, home);
  }

  /** Everything that the kernel lists of a kind. Where more than `most` bytes come, the last ones are missing. Throws SystemCallError. */
  dump(type: number, body: Uint8Array, most: number): NetlinkMessage[] {
    const found: NetlinkMessage[] = [];
    this.#ask(type, NLM_F_DUMP, body);
    for (let bytes = 0; bytes < most; ) {
      const datagram = this.#receive();
      bytes += datagram.length;
      for (const message of messagesOf(datagram, this.#sequence)) {
        if (message.type === NLMSG_DONE) return found;
        throwError(message);
        found.push(message);
      }
    }
    // Its list is not at its end, and until then it takes no other question.
    const again = openIn(this.#namespace, this.#home);
    closeSync(this.#fd);
    this.#fd = again;
    return found;
  }

  /** The one answer to a question. Throws SystemCallError. */
  get(type: number, body: Uint8Array): NetlinkMessage {
    this.#ask(type, 0, body);
    for (;;) {
      const [message] = messagesOf(this.#receive(), this.#sequence);
      if (!message) continue;
      throwError(message);
      return message;
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#fd);
  }

  #ask(type: number, flags: number, body: Uint8Array): void {
    this.#sequence++;
    const message = Buffer.alloc(HEADER + body.length);
    message.writeUInt32LE(message.length, 0);
    message.writeUInt16LE(type, 4);
    message.writeUInt16LE(NLM_F_REQUEST | flags, 6);
    message.writeUInt32LE(this.#sequence, 8);
    message.set(body, HEADER);
    send(this.#fd, message);
  }

  /** The kernel has its answer ready when the question has been asked: nothing is waited for. */
  #receive(): Buffer {
    for (;;) {
      addressLength[0] = ADDRESS;
      const length = call("recvfrom", recvfrom, this.#fd, buffer, buffer.length, MSG_DONTWAIT, address, addressLength);
      // Root of the namespace may send to this socket too. The kernel's own port is 0.
      if (address.readUInt32LE(4) === 0) return Buffer.from(buffer.subarray(0, length));
    }
  }
}

function openIn(namespace: number, home: number): number {
  setns(namespace, CLONE_NEW.net);
  try {
    return openSocket(AF.NETLINK, SOCK.RAW, NETLINK_ROUTE);
  } finally {
    setns(home, CLONE_NEW.net);
  }
}

/** The messages of a datagram that answer question `sequence`; those that are cut short are left out. */
export function messagesOf(datagram: Buffer, sequence: number): NetlinkMessage[] {
  const found: NetlinkMessage[] = [];
  for (let at = 0; at + HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(at);
    if (length < HEADER || at + length > datagram.length) break;
    if (datagram.readUInt32LE(at + 8) === sequence)
      found.push({ type: datagram.readUInt16LE(at + 4), body: datagram.subarray(at + HEADER, at + length) });
    at += align(length);
  }
  return found;
}

/** Attributes (struct rtattr: length u16, type u16, value) by type; flags in the type are left out. Those that are cut short are left out. */
export function attributesOf(bytes: Buffer): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt16LE(at);
    if (length < 4 || at + length > bytes.length) break;
    found.set(bytes.readUInt16LE(at + 2) & 0x3fff, bytes.subarray(at + 4, at + length));
    at += align(length);
  }
  return found;
}

function align(length: number): number {
  return (length + 3) & ~3;
}

function throwError({ type, body }: NetlinkMessage): void {
  if (type !== NLMSG_ERROR || body.length < 4) return;
  const error = body.readInt32LE(0);
  if (error !== 0) throw new SystemCallError("netlink", -error);
}
