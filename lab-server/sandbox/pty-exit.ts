/** The end of a pty's shell: told once, also to a listener who comes after it. */
export class PtyExit {
  #listener: ((code: number | null) => void) | undefined;
  #exit: { code: number | null } | undefined;

  /** Undefined while the shell runs. */
  get reached(): { code: number | null } | undefined {
    return this.#exit;
  }

  /** Takes the place of the listener before, if that one has not been told. */
  listen(listener: (code: number | null) => void): void {
    this.#listener = listener;
    this.#tell();
  }

  /** The shell has ended: with its exit code, or null where it is not known or a signal ended it. */
  reach(code: number | null): void {
    this.#exit = { code };
    this.#tell();
  }

  #tell(): void {
    const listener = this.#listener;
    if (this.#exit === undefined || listener === undefined) return;
    this.#listener = undefined;
    listener(this.#exit.code);
  }
}
