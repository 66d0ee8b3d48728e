/** @file The frames of an answer, which tell all of it each time, as news of one choice. */
import type { TextEvent } from "../../chat/output/answer-reading.ts";
import {
  type ChoiceTimings,
  type EchoedPrompt,
  type TokenLogprobs,
  unknownTokenId,
} from "../../protocol/answer.ts";
import type { WorkerFrame } from "../../protocol/fastchat-worker.ts";

export type PromptCount = Pick<ChoiceTimings, "promptTokens" | "forked">;

type ToldTokens = EchoedPrompt["tokens"];

/**
 * Events, the last with a finish.
 *
 * @param prompt Its tokens, as they were counted before, and whether another choice has told them.
 * @param echoed   The prompt, where the frames begin with it, text and tokens.
 * @param onPrompt Told its tokens, before the first event.
 */
export async function* answerEvents(
  frames: AsyncIterable<WorkerFrame>,
  { promptTokens, forked }: PromptCount,
  echoed: string | null = null,
  onPrompt: (tokens: ToldTokens) => void = () => {},
): AsyncGenerator<TextEvent, void> {
  const beganAt = performance.now();
  let firstAt: number | null = null;
  let [told, toldTokens] = [echoed?.length ?? 0, 0];
  let usage = { prompt_tokens: promptTokens, completion_tokens: 0 };
  let reason: string | null = null;
  for await (const frame of frames) {
    firstAt ??= performance.now();
    usage = frame.usage ?? usage;
    reason = frame.finish_reason ?? reason;
    const tokens = toTokens(frame);
    if (toldTokens === 0 && echoed !== null && tokens.length > 0) {
      toldTokens = usage.prompt_tokens;
      onPrompt(tokens.slice(0, toldTokens).map(toPromptToken));
    }
    const text = frame.text.replaceAll("\ufffd", ""); // half a character
    const logprobs = tokens.slice(toldTokens);
    toldTokens += logprobs.length;
    const added = text.slice(told);
    told = Math.max(told, text.length);
    if (added !== "" || logprobs.length > 0)
      yield { choice: 0, text: added, ...(logprobs.length > 0 && { logprobs }) };
  }
  const timings = toTimings(usage, forked, beganAt, firstAt ?? performance.now());
  const finish = { reason: toReason(reason), stopString: null, timings };
  yield { choice: 0, text: "", finish };
}

/** Some workers never say why they ended; the answer is whole all the same. */
function toReason(reason: string | null): "stop" | "length" {
  return reason === "length" ? "length" : "stop";
}

function toTokens({ logprobs }: WorkerFrame): TokenLogprobs[] {
  if (logprobs == null) return [];
  return logprobs.tokens.map((token, i) => ({
    id: unknownTokenId,
    token,
    bytes: [...Buffer.from(token)],
    logprob: logprobs.token_logprobs[i] ?? 0,
    top: [],
  }));
}

/** Nothing stands before a prompt's first token. */
function toPromptToken(token: TokenLogprobs, index: number) {
  return { token: token.token, logprobs: index === 0 ? null : token };
}

function toTimings(
  usage: { prompt_tokens: number; completion_tokens: number },
  forked: boolean,
  beganAt: number,
  firstAt: number,
): ChoiceTimings {
  return {
    queueMs: 0,
    prefillMs: firstAt - beganAt,
    decodeMs: performance.now() - firstAt,
    promptTokens: usage.prompt_tokens,
    cachedTokens: 0,
    completionTokens: usage.completion_tokens,
    reasoningTokens: 0,
    forked,
  };
}
