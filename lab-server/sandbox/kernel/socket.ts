/** Sockets as Node does not offer them: socket(2), bind(2), send(2). Each function throws SystemCallError where its call fails. */
import { call, systemCall } from "./libc.ts";

const socketCall = systemCall("int socket(int domain, int type, int protocol)");
const bindCall = systemCall("int bind(int fd, const void *address, uint32_t length)");
const sendCall = systemCall("long send(int fd, const void *message, size_t length, int flags)");

/** From <sys/socket.h>. */
export const AF = { UNIX: 1, NETLINK: 16 } as const;
export const SOCK = { STREAM: 1, DGRAM: 2, RAW: 3, NONBLOCK: 0o4000, CLOEXEC: 0o2000000 } as const;
export const SOL_SOCKET = 1;
export const MSG_DONTWAIT = 0x40;

/** Descriptor of a new socket, closed on exec. The caller closes it. */
export function openSocket(family: number, type: number, protocol: number): number {
  return call("socket", socketCall, family, type | SOCK.CLOEXEC, protocol);
}

/** `address` is the whole struct sockaddr of the socket's family. */
export function bind(fd: number, address: Uint8Array): void {
  call("bind", bindCall, fd, address, address.length);
}

/** One message. */
export function send(fd: number, message: Uint8Array): void {
  call("send", sendCall, fd, message, message.length, 0);
}
