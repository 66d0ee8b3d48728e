/**
 * @file Control tokens by their spelling: where a template wrote one, and text that could pass for one.
 *
 * A prompt is cut exactly at its control tokens, as llama.cpp's tokenizer itself would cut it, so
 * that everything between two of them is tokenised as one text and gives the model's own tokens.
 */
import { coreBounds } from "./ascii-space.ts";
import type { PromptSegment } from "./chat-format.ts";

export type ControlToken = {
  /** As a template writes it: `<|im_end|>`. */
  text: string;
  /** Whether whitespace before or after it is dropped (phi-3). */
  stripsLeft?: boolean;
  stripsRight?: boolean;
};

/** A stretch of a rendered prompt: the template's own words, or what a client wrote. */
export type Piece = { text: string; fromClient: boolean };

/** Matches any of the spellings, longest first; never matches when there is none. */
export function spellingPattern(spellings: readonly string[]): RegExp {
  const known = [...new Set(spellings)].filter((spelling) => spelling !== "");
  if (known.length === 0) return /(?!)/g;
  known.sort((a, b) => b.length - a.length);
  const heads = new Set(known.map((spelling) => escaped(firstCharacter(spelling))));
  // The look-ahead spares trying hundreds of alternatives at each letter.
  return new RegExp(`(?=${[...heads].join("|")})(?:${known.map(escaped).join("|")})`, "gu");
}

/** Cuts a prompt into control tokens and the plain text between them; `pieces` join to the prompt. */
export function promptCutter(
  tokens: readonly ControlToken[],
): (pieces: Piece[]) => PromptSegment[] {
  const pattern = spellingPattern(tokens.map(({ text }) => text));
  const byText = new Map(tokens.map((token) => [token.text, token]));
  return (pieces) => {
    const segments: PromptSegment[] = [];
    let plain = "";
    let dropsSpace = false;
    const flush = (next?: ControlToken) => {
      if (dropsSpace) plain = plain.slice(coreBounds(plain).start);
      if (next?.stripsLeft) plain = plain.slice(0, coreBounds(plain).end);
      if (plain !== "") segments.push({ text: plain, special: false });
      if (next !== undefined) segments.push({ text: next.text, special: true });
      dropsSpace = next?.stripsRight ?? false;
      plain = "";
    };
    for (const { text, fromClient } of pieces) {
      let at = 0;
      for (const { 0: found, index } of fromClient ? [] : text.matchAll(pattern)) {
        plain += text.slice(at, index);
        flush(byText.get(found));
        at = index + found.length;
      }
      plain += text.slice(at);
    }
    flush();
    return segments;
  };
}

export function firstCharacter(text: string): string {
  return String.fromCodePoint(text.codePointAt(0) ?? 0);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
}
