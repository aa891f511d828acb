/**
 * Puts the seccomp profile from standard input on this process and becomes inspect-process.ts. Node's event loop uses io_uring where
 * it can, and the profile denies it: so the filter must be there before the loop is, and a process is one that began with it only by execve(2).
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { call, systemCall } from "../kernel/libc.ts";
import { bareEnvironment } from "./inspect.ts";
import { installSeccomp } from "./inspect-seccomp.ts";

const STDIN = 0;
/** The stream after standard error: inspect.ts makes it the channel. */
const CHANNEL = 3;

const F_SETFD = 2;
const fcntl = systemCall("int fcntl(int fd, int command, ...)");

installSeccomp(JSON.parse(readFileSync(STDIN, "utf8")));
if (!process.execve) throw new Error("This needs a Node that has process.execve: 24 or later.");
call("fcntl", fcntl, CHANNEL, F_SETFD, "int", 0);
process.execve(
  process.execPath,
  [process.execPath, ...process.execArgv, fileURLToPath(new URL("./inspect-process.ts", import.meta.url))],
  // By these Node finds the channel to its parent; it took them away when it opened the channel.
  bareEnvironment({ NODE_CHANNEL_FD: String(CHANNEL), NODE_CHANNEL_SERIALIZATION_MODE: "advanced" }),
);
