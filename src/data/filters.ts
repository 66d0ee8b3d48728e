/**
 * @file Filters that look at one conversation at a time: each keeps it, or names its rule.
 *
 * Source: FastChat's fastchat/data/filter_wrong_format.py, optional_clean.py, extract_gpt4_only.py.
 */
import { type DetectLanguage, languageName } from "../files/language.ts";
import { type Conversation, textOf } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";

/** The rule under which a conversation is left out; null keeps it. */
export type Filter = (conversation: Conversation) => string | null;

export async function* filtered(
  source: AsyncIterable<Conversation>,
  filter: Filter,
  dropped: Dropped,
): AsyncGenerator<Conversation, void> {
  for await (const conversation of source) {
    const rule = filter(conversation);
    if (rule === null) yield conversation;
    else dropped(rule, conversation.place);
  }
}

/** A list whose items all say 1: the page lost their numbers. FastChat's `\n1\. [^2]*\n1\. `. */
export const wrongLists: Filter = ({ messages }) =>
  messages.some((message) => hasWrongList(textOf(message))) ? "wrong list numbers" : null;

/** The same as the pattern finds, in one pass: a pattern would look at each piece many times. */
function hasWrongList(text: string): boolean {
  const item = "\n1. ";
  let at = text.indexOf(item);
  while (at >= 0) {
    const next = text.indexOf(item, at + item.length - 1);
    if (next < 0) return false;
    if (!text.slice(at + item.length, next).includes("2")) return true;
    at = next;
  }
  return false;
}

export type LanguageOptions = {
  /** Names in English; no other is kept. Empty keeps all. */
  keep: readonly string[];
  skip: readonly string[];
  detect: DetectLanguage;
};

/** Longer texts are in the language in which they begin. */
const charsToDetect = 10_000;

/** What cannot be told is kept, unless only some languages are. */
export function languageFilter({ keep, skip, detect }: LanguageOptions): Filter {
  return (conversation) => {
    const language = languageOf(conversation, detect);
    if (keep.length > 0 && !keep.includes(language ?? ""))
      return language === null ? "language unknown" : `in ${language}`;
    return language !== null && skip.includes(language) ? `in ${language}` : null;
  };
}

/** The one that the file names, else the one that its texts are in. */
export function languageOf(
  { language, messages }: Conversation,
  detect: DetectLanguage,
): string | null {
  const spoken = messages.filter(({ role }) => role === "user" || role === "assistant");
  const text = spoken.map((message) => textOf(message).slice(0, charsToDetect)).join("\n");
  return languageName(language ?? "") ?? detect(text.slice(0, charsToDetect));
}

/** A digit nine times in a row: mostly a model that could not stop. */
export const repeatedDigits: Filter = ({ messages }) =>
  messages.some((message) => /(\d)\1{8}/.test(textOf(message))) ? "repeated digits" : null;

/** Only what this model answered, and what nobody signed. */
export function modelFilter(model: string, withUnnamed: boolean): Filter {
  return (conversation) => {
    if (conversation.model === model) return null;
    if (conversation.model === null) return withUnnamed ? null : "no model named";
    return "another model";
  };
}
