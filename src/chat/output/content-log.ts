/**
 * @file The log-probabilities of an answer's content, where the reader leaves parts of the model's
 * text out: each token is told once, with the text that is its own, when all of that may be told.
 */
import type { TokenLogprobs } from "../../protocol/answer.ts";

export type LoggedContent = { content: string; logprobs: TokenLogprobs[] };

/** A token, and where in the model's text it begins. */
type PlacedToken = { at: number; logprobs: TokenLogprobs };

export class ContentLog {
  /** Tokens that are not told yet, in order. */
  #tokens: PlacedToken[] = [];
  /** Characters of all tokens so far. */
  #length = 0;
  /** Content whose last token may have more of it. */
  #held = { text: "", at: 0 };

  /** Takes the model's next tokens, whatever they will turn out to be. */
  push(tokens: readonly TokenLogprobs[]): void {
    for (const logprobs of tokens) {
      this.#tokens.push({ at: this.#length, logprobs });
      this.#length += logprobs.token.length;
    }
  }

  /** Takes content that begins at `at` in the model's text; gives what is whole tokens. */
  add(text: string, at: number): LoggedContent {
    const isNext = this.#held.text === "" || endOf(this.#held) === at;
    const before = isNext ? nothing : this.flush();
    if (this.#held.text === "") this.#held.at = at;
    this.#held.text += text;
    return joined(before, this.#tell(this.#wholeUpTo(endOf(this.#held))));
  }

  /** What was held, its last token cut: the rest of it is no content. */
  flush(): LoggedContent {
    return this.#tell(endOf(this.#held));
  }

  /** The end of the last token that is all content up to here. */
  #wholeUpTo(end: number): number {
    const cut = this.#tokens.find(
      ({ at, logprobs }) => at < end && at + logprobs.token.length > end,
    );
    return cut === undefined ? end : Math.max(cut.at, this.#held.at);
  }

  #tell(to: number): LoggedContent {
    const { text, at: from } = this.#held;
    const content = text.slice(0, to - from);
    this.#held = { text: text.slice(to - from), at: to };
    const told = this.#tokens.filter(
      ({ at, logprobs }) => at < to && at + Math.max(1, logprobs.token.length) > from,
    );
    if (content !== "") this.#tokens = this.#tokens.filter(({ at }) => at >= to);
    const logprobs = content === "" ? [] : told.map((one) => cutTo(one, from, to));
    return { content, logprobs };
  }
}

const nothing: LoggedContent = { content: "", logprobs: [] };

function endOf({ text, at }: { text: string; at: number }): number {
  return at + text.length;
}

function cutTo({ at, logprobs }: PlacedToken, from: number, to: number): TokenLogprobs {
  return { ...logprobs, token: logprobs.token.slice(Math.max(0, from - at), to - at) };
}

function joined(one: LoggedContent, other: LoggedContent): LoggedContent {
  return {
    content: one.content + other.content,
    logprobs: [...one.logprobs, ...other.logprobs],
  };
}
