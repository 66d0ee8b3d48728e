/**
 * @file An answer as llama-server's own completions tell it, whole or piece by piece.
 *
 * Source: `to_json_non_oaicompat` in tools/server/server-task.cpp of llama.cpp v0.5.0.
 */
import type { Answer, Finish, TokenLogprobs } from "../protocol/answer.ts";
import type { LlamaCompletion, LlamaPiece } from "../protocol/infill.ts";
import { toProgress } from "./likelihoods.ts";
import { collectChoice } from "./one-choice.ts";
import { toTimings } from "./usage.ts";
import type { OnComplete } from "./whole-answer.ts";

export type LlamaOptions = {
  model: string;
  promptTokens: number;
  /** Whether each token is told with its likelihood. */
  probabilities: boolean;
  onComplete: OnComplete;
};

export async function toLlamaCompletion(
  answer: Answer,
  options: LlamaOptions,
): Promise<LlamaCompletion> {
  const { content, logprobs, finish } = await collectChoice(answer, options.onComplete);
  const { completionTokens } = finish.timings;
  return {
    ...piece(options, content, completionTokens, logprobs),
    ...ending(options, finish, content.includes("\n")),
  };
}

/** The JSON texts of the stream's events; the last has no content, and everything else. */
export async function* llamaPieces(answer: Answer, options: LlamaOptions): AsyncGenerator<string> {
  let predicted = 0;
  let hasNewLine = false;
  for await (const { content = "", logprobs = [], progress, finish, timings } of answer) {
    predicted = finish?.timings.completionTokens ?? timings?.completionTokens ?? predicted + 1;
    hasNewLine ||= content.includes("\n");
    if (progress) {
      predicted = 0;
      const told = { ...piece(options, "", 0, []), prompt_progress: toProgress(progress) };
      yield JSON.stringify(told);
    }
    if (content !== "") yield JSON.stringify(piece(options, content, predicted, logprobs));
    if (finish === undefined) continue;
    options.onComplete([finish.timings]);
    const last = piece(options, "", predicted, []);
    yield JSON.stringify({ ...last, ...ending(options, finish, hasNewLine) });
  }
}

function piece(
  { promptTokens, probabilities }: LlamaOptions,
  content: string,
  predicted: number,
  logprobs: readonly TokenLogprobs[],
): LlamaPiece {
  return {
    index: 0,
    content,
    tokens: logprobs.map(({ id }) => id),
    stop: false,
    id_slot: -1,
    tokens_predicted: predicted,
    tokens_evaluated: promptTokens,
    ...(probabilities && { completion_probabilities: logprobs.map(toProbability) }),
  };
}

function ending({ model }: LlamaOptions, finish: Finish, hasNewLine: boolean) {
  const { reason, stopString, timings } = finish;
  const told = toTimings([timings]);
  const each = (ms: number, tokens: number) => (tokens > 0 ? ms / tokens : 0);
  return {
    model,
    stop: true,
    stop_type: reason === "length" ? "limit" : stopString === null ? "eos" : "word",
    stopping_word: stopString ?? "",
    has_new_line: hasNewLine,
    truncated: false,
    tokens_cached: timings.promptTokens + timings.completionTokens,
    timings: {
      ...told,
      prompt_per_token_ms: each(told.prompt_ms, told.prompt_n),
      predicted_per_token_ms: each(told.predicted_ms, told.predicted_n),
    },
  } satisfies Partial<LlamaCompletion>;
}

function toProbability({ top, ...token }: TokenLogprobs) {
  return { ...token, top_logprobs: top };
}
