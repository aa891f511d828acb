/** What a page sees of bash, without one: an echo, a prompt with the marks of shell integration, and `touch PATH`. */
import type { Pty } from "../../../../lab-server/sandbox/driver.ts";

const PROMPT = "\x1b]133;A\x07root@sandbox:~# \x1b]133;B\x07";
const DONE = "\r\n\x1b]133;C\x07\x1b]133;D;0\x07";

export class StandInShell implements Pty {
  readonly pid = process.pid;
  readonly #touch: (path: string) => void;
  #line = "";
  #onData: (bytes: Uint8Array) => void = () => {};
  #onExit: (code: number | null) => void = () => {};

  constructor(touch: (path: string) => void) {
    this.#touch = touch;
  }

  onData(listener: (bytes: Uint8Array) => void): void {
    this.#onData = listener;
    setImmediate(() => this.#say(PROMPT));
  }

  onExit(listener: (code: number | null) => void): void {
    this.#onExit = listener;
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (const key of Buffer.from(bytes).toString()) {
      if (key !== "\r") {
        this.#line += key;
        this.#say(key);
        continue;
      }
      const [, path] = /^touch (\S+)$/.exec(this.#line) ?? [];
      if (path !== undefined) this.#touch(path);
      this.#line = "";
      this.#say(DONE + PROMPT);
    }
  }

  resize(): void {}

  pause(): void {}

  resume(): void {}

  close(): void {
    this.#onExit(null);
  }

  #say(text: string): void {
    this.#onData(Buffer.from(text));
  }
}
