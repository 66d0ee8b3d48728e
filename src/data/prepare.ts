/**
 * @file From shared conversations to ones to learn from: clean, skip languages, split, filter.
 *
 * Source: the order of FastChat's fastchat/data/prepare_all.py.
 */
import type { DetectLanguage } from "../files/language.ts";
import { type CleanOptions, cleanConversations } from "./clean.ts";
import type { Conversation } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";
import { filtered, languageFilter, wrongLists } from "./filters.ts";
import { splitLong } from "./split-long.ts";

export type PrepareOptions = {
  clean: CleanOptions;
  skipLanguages: readonly string[];
  detect: DetectLanguage;
  countTokens: (text: string) => number;
  maxTokens: number;
};

export function prepared(
  source: AsyncIterable<Conversation>,
  { clean, skipLanguages, detect, countTokens, maxTokens }: PrepareOptions,
  dropped: Dropped,
): AsyncIterable<Conversation> {
  const byLanguage = languageFilter({ keep: [], skip: skipLanguages, detect });
  const cleaned = cleanConversations(source, clean, dropped);
  const known = filtered(cleaned, byLanguage, dropped);
  const pieces = splitLong(known, { countTokens, maxTokens }, dropped);
  return filtered(pieces, wrongLists, dropped);
}
