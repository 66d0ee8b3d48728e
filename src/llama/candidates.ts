/** @file The tokens a sampler may pick from, as llama.cpp's samplers take them. */
import koffi from "koffi";
import type { TokenDataArray } from "./structs.ts";

/** {int32 id; float logit; float p}: three words of four bytes. */
const words = 3;

export class Candidates {
  readonly array: TokenDataArray;
  readonly #address: bigint;
  readonly #ids: Int32Array;
  readonly #logits: Float32Array;

  constructor(vocabularySize: number) {
    this.#ids = new Int32Array(vocabularySize * words);
    this.#logits = new Float32Array(this.#ids.buffer);
    this.#address = koffi.address(this.#ids);
    this.array = { data: this.#address, size: 0, selected: -1, sorted: false };
  }

  /** Every token. */
  fill(logits: Float32Array): void {
    for (let token = 0, at = 0; token < logits.length; token++, at += words) {
      this.#ids[at] = token;
      this.#logits[at + 1] = logits[token] as number;
    }
    this.#reset(logits.length);
  }

  /** @param mask (ceil(vocabulary / 32),) one bit a token; the others are no candidates. */
  fillAllowed(logits: Float32Array, mask: Uint32Array): void {
    let at = 0;
    for (let word = 0; word < mask.length; word++)
      for (let bits = mask[word] as number; bits !== 0; bits &= bits - 1) {
        const token = word * 32 + 31 - Math.clz32(bits & -bits);
        this.#ids[at] = token;
        this.#logits[at + 1] = logits[token] as number;
        at += words;
      }
    this.#reset(at / words);
  }

  /** The token a sampler has selected; −1 when there was nothing to select from. */
  picked(): number {
    const { data, selected } = this.array;
    const row = Number(selected);
    if (row < 0) return -1;
    if (data === this.#address) return this.#ids[row * words] as number;
    return new Int32Array(koffi.view(data, (row + 1) * words * 4))[row * words] as number;
  }

  #reset(size: number): void {
    Object.assign(this.array, { data: this.#address, size, selected: -1, sorted: false });
  }
}
