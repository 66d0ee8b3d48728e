/**
 * @file Conversations that say the same, or nearly: the first of them is kept.
 *
 * Two texts are as near as the share of five-word runs they have in common (Jaccard). MinHash
 * estimates it: the share of equal minima under 128 hash functions. Only texts are compared that
 * agree in one band of four minima: of 0.8 near ones all but 1 in 20 million do, of 0.5 near ones 7 in 8.
 *
 * Source: A. Z. Broder, "On the resemblance and containment of documents", 1997.
 */
import { createHash } from "node:crypto";
import { type Conversation, textOf } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";

const functions = 128;
const rowsOfBand = 4;
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
  /** Which signatures have these minima in this band. */
  readonly #bands = new Map<string, number[]>();

  constructor(threshold: number) {
    this.#threshold = threshold;
  }

  /** Whether there was a text as near as that; else this one is remembered. */
  has(text: string): boolean {
    const signature = signatureOf(text);
    const keys = bandsOf(signature);
    const candidates = new Set(keys.flatMap((key) => this.#bands.get(key) ?? []));
    for (const other of candidates)
      if (similarity(signature, this.#signatures[other]) >= this.#threshold) return true;
    const index = this.#signatures.push(signature) - 1;
    for (const key of keys) {
      const same = this.#bands.get(key);
      if (same) same.push(index);
      else this.#bands.set(key, [index]);
    }
    return false;
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

function bandsOf(signature: Uint32Array): string[] {
  return Array.from({ length: functions / rowsOfBand }, (_, band) => {
    const rows = signature.subarray(band * rowsOfBand, (band + 1) * rowsOfBand);
    return `${band}:${rows.join(",")}`;
  });
}

function similarity(one: Uint32Array, other: Uint32Array | undefined): number {
  return one.reduce((equal, minimum, f) => equal + Number(minimum === other?.[f]), 0) / functions;
}
