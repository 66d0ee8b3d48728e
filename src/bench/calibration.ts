/** @file How many pseudo-words make a prompt of so many tokens, asked of the server itself. */
import { UsageError } from "../errors/usage-error.ts";
import { type Ask, ask } from "./sample.ts";

/** Without usage figures from the server, a word is taken for this many tokens. */
const usualTokensPerWord = 2.5;

/**
 * Measures two prompts of different lengths; the template's own tokens cancel out.
 *
 * @param text `words` pseudo-words.
 * @returns    The number of words whose prompt has about `promptTokens` tokens, ≥ 1.
 */
export async function calibrateWords(
  target: Ask,
  promptTokens: number,
  text: (words: number) => string,
): Promise<number> {
  const few = Math.max(1, Math.round(promptTokens / usualTokensPerWord / 4));
  const many = few * 3;
  const fewTokens = await tokensOf(target, text(few));
  const manyTokens = await tokensOf(target, text(many));
  return wordsFor(promptTokens, { few, fewTokens, many, manyTokens });
}

export type Calibration = {
  few: number;
  fewTokens: number;
  many: number;
  manyTokens: number;
};

/** The straight line through the two measurements, read at `promptTokens`. */
export function wordsFor(promptTokens: number, measured: Calibration): number {
  const { few, fewTokens, many, manyTokens } = measured;
  const measuredPerWord = (manyTokens - fewTokens) / (many - few);
  if (measuredPerWord <= 0) return Math.max(1, Math.round(promptTokens / usualTokensPerWord));
  return Math.max(1, Math.round(few + (promptTokens - fewTokens) / measuredPerWord));
}

async function tokensOf(target: Ask, content: string): Promise<number> {
  const messages = [{ role: "user" as const, content }];
  const { sample } = await ask({ ...target, maxTokens: 1 }, messages, false);
  if (sample.error !== null) throw new UsageError(`${target.server.baseUrl}: ${sample.error}`);
  return sample.promptTokens;
}
