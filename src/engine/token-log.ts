/**
 * @file The log-probabilities of an answer's tokens, given out together with the text they are:
 * joined, the tokens that have left are exactly the text that has left.
 */
import type { TokenLogprobs } from "../protocol/answer.ts";

export type LoggedText = { text: string; tokens: TokenLogprobs[] };

export class TokenLog {
  /** Tokens whose text has not left yet, oldest first. */
  #held: TokenLogprobs[] = [];
  /** The beginning of a token whose end may not leave yet. */
  #part = "";

  push(entry: TokenLogprobs): void {
    this.#held.push(entry);
  }

  /** Says what the last token added to the text: nothing, while a character is not whole. */
  name(added: string): void {
    const last = this.#held.at(-1);
    if (last) last.token = added;
  }

  /** Text that came out late belongs to the last token. */
  extendLast(text: string): void {
    const last = this.#held.at(-1);
    if (last) last.token += text;
  }

  /** Takes text that may leave, and gives what of it is whole tokens. */
  take(text: string): LoggedText {
    const ready = this.#part + text;
    let length = 0;
    let count = 0;
    for (const { token } of this.#held) {
      if (length + token.length > ready.length || length === ready.length) break;
      length += token.length;
      count++;
    }
    this.#part = ready.slice(length);
    return { text: ready.slice(0, length), tokens: this.#held.splice(0, count) };
  }

  /** The same for the last text: a token that a stop string cuts is cut, those behind it are dropped. */
  last(text: string): LoggedText {
    const whole = this.take(text);
    const [cut] = this.#held;
    if (this.#part === "") return whole;
    const part = cut === undefined ? [] : [{ ...cut, token: this.#part }];
    return { text: whole.text + this.#part, tokens: [...whole.tokens, ...part] };
  }
}
