/**
 * @file Cleans shared conversations: HTML becomes Markdown, and what is no conversation to learn
 * from is left out, each under its rule.
 *
 * Source: the rules of FastChat's fastchat/data/clean_sharegpt.py.
 */
import { createHash } from "node:crypto";
import { cleanText, type HtmlChoice } from "./answer-text.ts";
import { type Conversation, type LessonMessage, textOf, withText } from "./conversation.ts";
import type { Dropped } from "./dropped.ts";
import { TooDeepError } from "./html-markdown.ts";
import { isAnswered, roundsOf } from "./rounds.ts";

export const cleanRules = [
  "too short",
  "wrong order",
  "blocked words",
  "rate limit",
  "broken markup",
  "plugins",
  "same id",
  "same text",
] as const;
type CleanRule = (typeof cleanRules)[number];

export type CleanOptions = {
  html: HtmlChoice;
  /** In any spelling, also inside of other words. */
  blockedWords: readonly string[];
  /** Characters of the user's and the assistant's messages together. */
  minChars: number;
  /** Rules that are switched off. */
  keep: ReadonlySet<CleanRule>;
};

export const cleanDefaults: CleanOptions = {
  html: "auto",
  blockedWords: ["openai", "chatgpt"],
  minChars: 16,
  keep: new Set(),
};

/** Remembers a few bytes of each conversation, to know the next of the same. */
export async function* cleanConversations(
  source: AsyncIterable<Conversation>,
  options: CleanOptions,
  dropped: Dropped,
): AsyncGenerator<Conversation, void> {
  const seen = { ids: new Set<string>(), texts: new Set<string>() };
  for await (const conversation of source) {
    const cleaned = cleanOne(conversation, options);
    const result =
      typeof cleaned === "string" ? cleaned : (repeated(cleaned, seen, options) ?? cleaned);
    if (typeof result === "string") dropped(result, conversation.place);
    else yield result;
  }
}

/** The rule under which it is left out, or what is left of it. */
function cleanOne(conversation: Conversation, options: CleanOptions): Conversation | CleanRule {
  const applies = (rule: CleanRule) => !options.keep.has(rule);
  const messages = withoutOpenQuestion(conversation.messages);
  const spoken = messages.filter(isSpoken);
  if (spoken.length <= 1 && applies("too short")) return "too short";
  if (!alternates(spoken) && applies("wrong order")) return "wrong order";
  if (spoken.some((one) => isBlocked(one, options.blockedWords)) && applies("blocked words"))
    return "blocked words";
  if (spoken.some(isRateLimit) && applies("rate limit")) return "rate limit";
  if (conversation.plugins && applies("plugins")) return "plugins";
  const texts = cleanAll(messages, options.html);
  if (texts === null) return applies("broken markup") ? "broken markup" : conversation;
  const whole = untilEmpty(texts);
  const chars = whole.filter(isSpoken).reduce((sum, one) => sum + [...textOf(one)].length, 0);
  const isEmpty = !whole.some(({ role }) => role === "assistant");
  if (isEmpty || (chars < options.minChars && applies("too short"))) return "too short";
  return { ...conversation, messages: whole };
}

/** What people and models say; tools and systems keep no order. */
const isSpoken = (message: LessonMessage) =>
  message.role === "user" || (message.role === "assistant" && !message.tool_calls?.length);

/** What nobody answered at the end teaches nothing. */
function withoutOpenQuestion(messages: LessonMessage[]): LessonMessage[] {
  const { opening, rounds } = roundsOf(messages);
  const last = rounds.at(-1);
  return last && !isAnswered(last) && last.length === 1
    ? [...opening, ...rounds.slice(0, -1).flat()]
    : messages;
}

const alternates = (spoken: readonly LessonMessage[]) =>
  spoken.every(({ role }, i) => role === (i % 2 ? "assistant" : "user"));

function isBlocked(message: LessonMessage, words: readonly string[]): boolean {
  const text = textOf(message).toLowerCase();
  return words.some((word) => text.includes(word.toLowerCase()));
}

const rateLimit =
  /^!?\s*(Too many requests in 1 hour\. Try again later\.|You've reached (our|the) limit of messages per hour)/i;

function isRateLimit(message: LessonMessage): boolean {
  if (message.role !== "assistant") return false;
  const start = textOf(message).slice(0, 2000);
  return rateLimit.test(start.replace(/<[^>]*>/g, "").trim());
}

/** Null where the markup is broken beyond use. */
function cleanAll(messages: readonly LessonMessage[], html: HtmlChoice): LessonMessage[] | null {
  try {
    return messages.map((message) =>
      isSpoken(message) ? withText(message, cleanText(textOf(message), html)) : message,
    );
  } catch (cause) {
    if (cause instanceof TooDeepError) return null;
    throw cause;
  }
}

/** From the first round on in which somebody says nothing, all is left out. */
function untilEmpty(messages: readonly LessonMessage[]): LessonMessage[] {
  const { opening, rounds } = roundsOf(messages);
  const isEmpty = (message: LessonMessage) => isSpoken(message) && !/^\P{C}/u.test(textOf(message));
  const end = rounds.findIndex((round) => round.some(isEmpty));
  return [...opening, ...(end < 0 ? rounds : rounds.slice(0, end)).flat()];
}

function repeated(
  { id, messages }: Conversation,
  seen: { ids: Set<string>; texts: Set<string> },
  { keep }: CleanOptions,
): CleanRule | null {
  const text = digest(messages);
  if (id !== null && seen.ids.has(id) && !keep.has("same id")) return "same id";
  if (seen.texts.has(text) && !keep.has("same text")) return "same text";
  if (id !== null) seen.ids.add(id);
  seen.texts.add(text);
  return null;
}

function digest(messages: readonly LessonMessage[]): string {
  const hash = createHash("sha256");
  for (const message of messages) hash.update(`${message.role}\0${textOf(message)}\0`);
  return hash.digest("base64").slice(0, 22);
}
