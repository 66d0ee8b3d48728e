/**
 * @file An answer as FastChat's workers tell it: frame by frame, each with all of the text so far, the
 * prompt before it where that is wanted back.
 *
 * Source: `generate_stream` of `fastchat/serve/inference.py`, FastChat 0.2.36; the usage of its
 * frames is one token behind, ours is not.
 */
import type { Answer, AnswerEvent, ChoiceTimings, TokenLogprobs } from "../../protocol/answer.ts";
import type { LegacyLogprobs } from "../../protocol/openai.ts";
import { toAlternatives } from "../text-completions.ts";
import type { OnComplete } from "../whole-answer.ts";

/** Its keys are in FastChat's order. */
export type AnswerFrame = {
  text: string;
  error_code: 0;
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  finish_reason: string | null;
  /** Of all tokens so far, the prompt's too where it is in the text. */
  logprobs: LegacyLogprobs | null;
};

/**
 * @param answer Of one choice, with its timings in each event.
 * @param tells  Whether the likelihoods of tokens are asked for.
 */
export async function* answerFrames(
  answer: Answer,
  tells: boolean,
  onComplete: OnComplete,
): AsyncGenerator<AnswerFrame, void> {
  const told = new ToldAnswer(tells);
  for await (const event of answer) {
    told.add(event);
    if (event.finish) onComplete([event.finish.timings]);
    if (event.content || event.finish) yield told.frame(event.finish?.reason ?? null);
  }
}

class ToldAnswer {
  readonly #logprobs: LegacyLogprobs | null;
  #text = "";
  /** Characters as Python counts them, of the tokens told. */
  #offset = 0;
  #timings: Pick<ChoiceTimings, "promptTokens" | "completionTokens"> = {
    promptTokens: 0,
    completionTokens: 0,
  };

  constructor(tells: boolean) {
    this.#logprobs = tells
      ? { text_offset: [], tokens: [], token_logprobs: [], top_logprobs: [] }
      : null;
  }

  add({ prompt, content = "", logprobs = [], timings, finish }: AnswerEvent): void {
    this.#text += (prompt?.text ?? "") + content;
    this.#timings = finish?.timings ?? timings ?? this.#timings;
    for (const { token, logprobs: likelihood } of prompt?.tokens ?? [])
      this.#tell(token, likelihood);
    for (const likelihood of logprobs) this.#tell(likelihood.token, likelihood);
  }

  frame(reason: string | null): AnswerFrame {
    const { promptTokens: prompt_tokens, completionTokens: completion_tokens } = this.#timings;
    return {
      text: this.#text,
      error_code: 0,
      usage: {
        prompt_tokens,
        completion_tokens,
        total_tokens: prompt_tokens + completion_tokens,
      },
      finish_reason: reason,
      logprobs: this.#logprobs,
    };
  }

  #tell(token: string, likelihood: TokenLogprobs | null): void {
    this.#logprobs?.text_offset.push(this.#offset);
    this.#logprobs?.tokens.push(token);
    this.#logprobs?.token_logprobs.push(likelihood?.logprob ?? null);
    this.#logprobs?.top_logprobs.push(toAlternatives({ token, logprobs: likelihood }) ?? {});
    this.#offset += [...token].length;
  }
}
