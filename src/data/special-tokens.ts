/**
 * @file Texts that spell a model's special tokens, spelt so that they are none: `</s>` → `<|/s|>`.
 *
 * Our own trainer and server never take text for a special token; others do.
 * Source: FastChat's fastchat/data/optional_replace.py.
 */
import { type Conversation, textOf, withText } from "./conversation.ts";

/** @param tokens as they are spelt; the longest is replaced first. */
export async function* withoutSpecialTokens(
  source: AsyncIterable<Conversation>,
  tokens: readonly string[],
  replaced: (count: number) => void,
): AsyncGenerator<Conversation, void> {
  const spellings = tokens.filter((token) => token.trim() !== "");
  const pattern = patternOf(spellings);
  for await (const conversation of source) {
    let count = 0;
    const spell = (token: string) => {
      count++;
      return apart(token);
    };
    const messages = conversation.messages.map((message) =>
      textOf(message) === "" || !pattern
        ? message
        : withText(message, textOf(message).replace(pattern, spell)),
    );
    replaced(count);
    yield { ...conversation, messages };
  }
}

function patternOf(tokens: readonly string[]): RegExp | null {
  if (tokens.length === 0) return null;
  const longestFirst = [...new Set(tokens)].sort((one, other) => other.length - one.length);
  const literal = (token: string) => token.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(longestFirst.map(literal).join("|"), "g");
}

function apart(token: string): string {
  if (token.length < 2) return " ";
  if (token.length === 2) return `${token[0]}|${token[1]}`;
  return `${token[0]}|${token.slice(1, -1)}|${token.at(-1)}`;
}
