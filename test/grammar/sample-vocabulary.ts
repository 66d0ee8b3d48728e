/** @file A small vocabulary to test grammars with: all bytes, some words, a control token, an end. */
import { readFileSync } from "node:fs";
import type { Grammar } from "../../src/grammar/matcher/grammar.ts";
import { TokenMatcher } from "../../src/grammar/matcher/token-matcher.ts";
import { type TokenBytes, TokenTrie } from "../../src/grammar/matcher/token-trie.ts";

const words = [
  ...['{"', '":', '", "', '"}', "}}", "]]", "},", "[{", "[[", "true", "null", "0.5", "12", "1e9"],
  ...["ab", "abc", "aaaa", " the", "\n\n", '\\"', "\\u00", "- ", "1. ", "é", "日本", "本語", "🙂"],
  ...["x", "aaaaaaaaaa", '"', " ".repeat(12)], // "x" and '"' are single bytes too: twins
];

const texts: (Uint8Array | null)[] = [
  ...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), // token b is the byte b
  ...words.map((word) => Buffer.from(word)),
  Uint8Array.of(0x61, 0xc3), // "a" and the first half of "é"
  Uint8Array.of(0xa9, 0x62), // its second half and "b"
  new Uint8Array(),
  null,
];

export const endToken = texts.length;
export const controlToken = texts.length - 1;
export const emptyToken = texts.length - 2;
export const halves = [texts.length - 4, texts.length - 3] as const;

export const vocabulary: TokenBytes = {
  size: texts.length + 1,
  bytes: (token) => texts[token] ?? null,
  isEnd: (token) => token === endToken,
};

export const trie = new TokenTrie(vocabulary);

export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/grammars/${name}.gbnf`, import.meta.url), "utf8");
}

/** A matcher that has read this text byte by byte; undefined if a byte was refused. */
export function read(grammar: Grammar, text: string | Uint8Array): TokenMatcher | undefined {
  const matcher = new TokenMatcher(grammar, trie);
  for (const byte of Buffer.from(text)) if (!matcher.accept(byte)) return undefined;
  return matcher;
}

/** Whether the grammar matches the whole text. */
export function matches(grammar: Grammar, text: string): boolean {
  return read(grammar, text)?.allows(endToken) ?? false;
}

export function allowedTokens(mask: Uint32Array): number[] {
  const tokens = Array.from({ length: vocabulary.size }, (_, token) => token);
  return tokens.filter((token) => (((mask[token >>> 5] ?? 0) >>> (token & 31)) & 1) === 1);
}

/** Numbers in [0, 1) that are the same in every run. Source: mulberry32, by Tommy Ettinger. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Lets chance choose among the allowed tokens until the text ends.
 *
 * @param hurry From this many tokens on, one of these is taken where it is allowed.
 * @returns     The bytes; undefined if the text had not ended after 2 000 tokens.
 */
export function wander(
  grammar: Grammar,
  random: () => number,
  hurry: { after: number; tokens: readonly number[] },
): Buffer | undefined {
  const matcher = new TokenMatcher(grammar, trie);
  const bytes: number[] = [];
  for (let count = 0; count < 2000; count++) {
    const allowed = allowedTokens(matcher.mask());
    const rushed = count < hurry.after ? [] : allowed.filter((one) => hurry.tokens.includes(one));
    const choices = rushed.length > 0 ? rushed : allowed;
    const token = choices[Math.floor(random() * choices.length)] ?? endToken;
    if (token === endToken) return Buffer.from(bytes);
    if (!matcher.accept(token)) throw new Error(`The mask allows ${token}, accept does not.`);
    bytes.push(...(texts[token] ?? []));
  }
  return undefined;
}
