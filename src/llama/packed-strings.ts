/**
 * @file Many short strings in two flat arrays: a vocabulary of 150 000 tokens without as many objects.
 */

export class PackedStrings implements Iterable<string> {
  /** The UTF-8 of all strings, one after the other. */
  readonly bytes: Uint8Array;
  /** (length + 1,) where each string starts in `bytes`; the last entry is where all end. */
  readonly starts: Uint32Array;

  constructor(bytes: Uint8Array, starts: Uint32Array) {
    this.bytes = bytes;
    this.starts = starts;
  }

  static from(strings: readonly string[]): PackedStrings {
    const starts = new Uint32Array(strings.length + 1);
    strings.forEach((text, i) => {
      starts[i + 1] = (starts[i] ?? 0) + Buffer.byteLength(text);
    });
    return new PackedStrings(Buffer.from(strings.join("")), starts);
  }

  get length(): number {
    return this.starts.length - 1;
  }

  at(index: number): string | undefined {
    const bytes = this.bytesAt(index);
    return bytes && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  }

  bytesAt(index: number): Uint8Array | undefined {
    const end = this.starts[index + 1];
    return end === undefined ? undefined : this.bytes.subarray(this.starts[index], end);
  }

  *[Symbol.iterator](): Iterator<string> {
    for (let i = 0; i < this.length; i++) yield this.at(i) ?? "";
  }
}
