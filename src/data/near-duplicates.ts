/**
 * @file Conversations that say the same, or nearly: the first of them is kept.
 *
 * Two texts are as near as the share of five-word runs they have in common (Jaccard). MinHash
 * estimates it: the share of equal minima under 128 hash functions, ± 0.04. Only texts are compared
 * that agree in a band of four minima: of 0.8 near ones all but 2 in 10 000 do. A kilobyte is
 * remembered of each text.
 *
 * Source: A. Z. Broder, "On the resemblance and containment of documents", 1997.
 */
import { createHash } from "node:crypto";
import { type Conversation, textOf } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";

const functions = 128;
const bands = 16;
const rowsOfBand = 4;
/** Of a crowd that agrees in one band, so many are compared: the rest would take all day. */
const maxCrowd = 16;
const wordsOfRun = 5;

/**
 * @param threshold the least Jaccard similarity of near duplicates; 1 finds exact ones only, which
 *        takes far less memory. Case and white space never count.
 */
export async function* withoutDuplicates(
  source: AsyncIterable<Conversation>,
  threshold: number,
  dropped: Dropped,
): AsyncGenerator<Conversation, void> {
  const exact = new Set<string>();
  const near = threshold < 1 ? new NearTexts(threshold) : null;
  for await (const conversation of source) {
    const text = normalText(conversation);
    const digest = createHash("sha256").update(text).digest("base64").slice(0, 22);
    if (exact.has(digest)) dropped("the same text", conversation.place);
    else if (near?.has(text)) dropped("nearly the same text", conversation.place);
    else {
      exact.add(digest);
      yield conversation;
    }
  }
}

function normalText({ messages }: Conversation): string {
  return messages
    .map((message) => `${message.role}: ${textOf(message)} ${callsOf(message)}`)
    .join("\n")
    .toLowerCase()
    .replace(/\s+/g, " ");
}

function callsOf(message: Conversation["messages"][number]): string {
  const calls = message.role === "assistant" ? (message.tool_calls ?? []) : [];
  return calls.map(({ function: called }) => `${called.name} ${called.arguments}`).join(" ");
}

class NearTexts {
  readonly #threshold: number;
  readonly #signatures: Uint32Array[] = [];
  /** (bands,) which signatures have a band of this hash: mostly one, so mostly no list. */
  readonly #bands = Array.from({ length: bands }, () => new Map<number, number | number[]>());

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Whether there was a text as near as that; else this one is remembered. */
  has(text: string): boolean {
    const signature = signatureOf(text);
    for (const other of this.#candidates(signature))
      if (similarity(signature, this.#signatures[other]) >= this.#threshold) return true;
    this.#remember(signature);
    return false;
  }

  #candidates(signature: Uint32Array): Set<number> {
    return new Set(
      this.#bands.flatMap((indices, band) => indices.get(bandHash(signature, band)) ?? []),
    );
  }

  #remember(signature: Uint32Array): void {
    const index = this.#signatures.push(signature) - 1;
    for (const [band, indices] of this.#bands.entries()) {
      const hash = bandHash(signature, band);
      const same = indices.get(hash);
      if (same === undefined) indices.set(hash, index);
      else if (typeof same === "number") indices.set(hash, [same, index]);
      else if (same.length < maxCrowd) same.push(index);
    }
  }
}

/** (functions,) the minimum of each hash function over all runs of words. */
function signatureOf(text: string): Uint32Array {
  const minima = new Uint32Array(functions).fill(0xffffffff);
  for (const run of runsOf(text)) {
    const first = hashOf(run, 0x811c9dc5);
    const second = hashOf(run, 0x9e3779b1) | 1;
    for (let f = 0; f < functions; f++) {
      const hash = mixed((first + Math.imul(f, second)) >>> 0);
      if (hash < minima[f]) minima[f] = hash;
    }
  }
  return minima;
}

/** Letters of languages without spaces are words of their own. */
const word = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|[\p{L}\p{N}]+/gu;

function runsOf(text: string): Set<string> {
  const words = text.match(word) ?? [];
  if (words.length <= wordsOfRun) return new Set([words.join(" ")]);
  return new Set(
    words.slice(wordsOfRun - 1).map((_, i) => words.slice(i, i + wordsOfRun).join(" ")),
  );
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, seed: number): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  return hash >>> 0;
}

/** MurmurHash3's finaliser. */
function mixed(value: number): number {
  let hash = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A small integer, which a map keeps in the least space. */
function bandHash(signature: Uint32Array, band: number): number {
  let hash = band;
  for (let row = band * rowsOfBand; row < (band + 1) * rowsOfBand; row++)
    hash = mixed(hash ^ signature[row]);
  return hash | 0;
}

function similarity(one: Uint32Array, other: Uint32Array | undefined): number {
  let equal = 0;
  for (let f = 0; f < functions; f++) if (one[f] === other?.[f]) equal++;
  return equal / functions;
}
