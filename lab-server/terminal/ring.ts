/** The last output of a terminal, addressed by offset: bytes since the terminal's beginning. */

/** Most bytes kept. */
const RING_SIZE = 1024 * 1024;
/** Blocks grow with what is kept, so that an idle terminal costs little. */
const BLOCK = { least: 4 * 1024, most: 64 * 1024 };

type Block = { start: number; bytes: Buffer; used: number };

/** Bytes are never moved or overwritten: a view that `read` returned stays good after its block is dropped. */
export class OutputRing {
  readonly #blocks: Block[] = [];
  #end: number;

  /** `start` is the offset at which it begins: beyond 0 where it is a copy of one that has forgotten its first bytes. */
  constructor(start = 0) {
    this.#end = start;
  }

  /** Offset of the oldest byte kept. */
  get start(): number {
    return this.#blocks[0]?.start ?? this.#end;
  }

  /** Offset after the newest byte. */
  get end(): number {
    return this.#end;
  }

  append(bytes: Uint8Array): void {
    for (let rest = bytes; rest.length > 0; ) {
      const block = this.#openBlock();
      const part = rest.subarray(0, block.bytes.length - block.used);
      block.bytes.set(part, block.used);
      block.used += part.length;
      this.#end += part.length;
      rest = rest.subarray(part.length);
    }
    while (this.#end - this.start > RING_SIZE) this.#blocks.shift();
  }

  /** Bytes from `offset` on: as many as lie in one piece, at most `most`. Empty at the end. `offset` must not be older than `start`. */
  read(offset: number, most: number): Uint8Array {
    if (offset < this.start || offset > this.#end)
      throw new RangeError(`Offset ${offset} is not in the ring (${this.start} to ${this.#end}).`);
    const block = this.#blocks.findLast((candidate) => candidate.start <= offset);
    if (block === undefined) return new Uint8Array(0);
    const from = offset - block.start;
    return block.bytes.subarray(from, Math.min(block.used, from + most));
  }

  #openBlock(): Block {
    const last = this.#blocks.at(-1);
    if (last !== undefined && last.used < last.bytes.length) return last;
    const size = Math.min(Math.max(this.#end - this.start, BLOCK.least), BLOCK.most);
    const block = { start: this.#end, bytes: Buffer.allocUnsafeSlow(size), used: 0 };
    this.#blocks.push(block);
    return block;
  }
}
