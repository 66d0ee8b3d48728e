/**
 * @file How long a text is: in the tokens that its file states, else in words, of which an ideograph
 * is one. English has some three tokens to four words.
 */
import type { Turn } from "../protocol/battle.ts";
import { textOf } from "./conversation.ts";

/** Null unless every turn states its own. */
export function statedTokens(turns: readonly Turn[]): number | null {
  const sum = turns.reduce((sum, { num_tokens }) => sum + (num_tokens ?? Number.NaN), 0);
  return Number.isNaN(sum) ? null : sum;
}

export function countWords(turns: readonly Turn[]): number {
  return turns.reduce((sum, { content }) => sum + (textOf(content).match(word)?.length ?? 0), 0);
}

const ideograph = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const word = new RegExp(`[${ideograph}]|[^\\s${ideograph}]+`, "gu");
