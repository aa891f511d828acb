/**
 * The socket on which runc hands over the master side of a pseudo-terminal (SCM_RIGHTS, unix(7); runc's
 * docs/terminals.md). It is never waited on: runc sends before it exits, and the descriptor lies in the socket's queue by then.
 */
import { closeSync, unlinkSync } from "node:fs";
import koffi from "koffi";
import { call, systemCall } from "../kernel/libc.ts";
import { AF, bind, MSG_DONTWAIT, openSocket, SOCK, SOL_SOCKET } from "../kernel/socket.ts";

const SCM_RIGHTS = 1;
const MSG_CMSG_CLOEXEC = 0x40000000;
const F_GETFL = 3;
const F_SETFL = 4;
const O_NONBLOCK = 0o4000;
/** sun_path of sockaddr_un, its closing zero included. */
const MAX_PATH = 108;

koffi.struct("iovec", { iov_base: "void *", iov_len: "size_t" });
koffi.struct("msghdr", {
  msg_name: "void *",
  msg_namelen: "uint32_t",
  msg_iov: "iovec *",
  msg_iovlen: "size_t",
  msg_control: "void *",
  msg_controllen: "size_t",
  msg_flags: "int",
});

const listen = systemCall("int listen(int fd, int backlog)");
const accept4 = systemCall("int accept4(int fd, void *address, void *length, int flags)");
const recvmsg = systemCall("long recvmsg(int fd, msghdr *message, int flags)");
const fcntl = systemCall("int fcntl(int fd, int command, ...)");

export class ConsoleSocket {
  readonly path: string;
  readonly #fd: number;

  /** Listens at `path`, which must not exist yet. */
  constructor(path: string) {
    const name = Buffer.from(path);
    if (name.length >= MAX_PATH)
      throw new Error(`The console socket's path is too long (${name.length} of ${MAX_PATH - 1} bytes): ${path}`);
    this.path = path;
    this.#fd = openSocket(AF.UNIX, SOCK.STREAM | SOCK.NONBLOCK, 0);
    try {
      const address = Buffer.alloc(2 + name.length + 1);
      address.writeUInt16LE(AF.UNIX);
      name.copy(address, 2);
      bind(this.#fd, address);
      call("listen", listen, this.#fd, 1);
    } catch (error) {
      closeSync(this.#fd);
      throw error;
    }
  }

  /** The descriptor that was sent, set to close-on-exec and non-blocking. The caller closes it. Throws if none was sent. */
  take(): number {
    const connection = call("accept4", accept4, this.#fd, null, null, SOCK.CLOEXEC);
    try {
      const master = receiveDescriptor(connection);
      const flags = call("fcntl", fcntl, master, F_GETFL, "int", 0);
      call("fcntl", fcntl, master, F_SETFL, "int", flags | O_NONBLOCK);
      return master;
    } finally {
      closeSync(connection);
    }
  }

  close(): void {
    closeSync(this.#fd);
    unlinkSync(this.path);
  }
}

function receiveDescriptor(connection: number): number {
  const data = Buffer.alloc(4096);
  const control = Buffer.alloc(64);
  const message = {
    msg_name: null,
    msg_namelen: 0,
    msg_iov: [{ iov_base: data, iov_len: data.length }],
    msg_iovlen: 1,
    msg_control: control,
    msg_controllen: control.length,
    msg_flags: 0,
  };
  call("recvmsg", recvmsg, connection, message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
  // cmsghdr (cmsg(3)): size_t cmsg_len, int cmsg_level, int cmsg_type, then the descriptors.
  const isRights = control.readInt32LE(8) === SOL_SOCKET && control.readInt32LE(12) === SCM_RIGHTS;
  if (!isRights) throw new Error("runc's message on the console socket carries no descriptor.");
  return control.readInt32LE(16);
}
