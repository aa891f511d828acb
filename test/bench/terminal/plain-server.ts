/** The least that gives a shell to a browser, without flow control or reconnecting: `node plain-server.ts PORT PROGRAM [ARGUMENT…]`. */
import { spawn } from "@lydell/node-pty";
import { WebSocketServer } from "ws";

const [port, program = "bash", ...args] = process.argv.slice(2);
new WebSocketServer({ host: "127.0.0.1", port: Number(port) }).on("connection", (socket) => {
  const pty = spawn(program, args, { cols: 100, rows: 30, encoding: null });
  pty.onData((bytes) => socket.send(bytes, { binary: true }));
  socket.on("message", (bytes) => pty.write(bytes.toString()));
  socket.on("close", () => pty.kill());
});
