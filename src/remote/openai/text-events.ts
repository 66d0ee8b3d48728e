/** @file Chunks of a plain completion, or the whole of one, as news of its choices. */
import type { AnswerEvent, TokenLogprobs } from "../../protocol/answer.ts";
import { AnswerTally } from "./answer-tally.ts";
import type { TextLikelihoods, TextPiece } from "./completion-shape.ts";
import { toFinishReason } from "./finish-reason.ts";

/** As `chatEvents`. An echoed prompt is the beginning of the content. */
export async function* textEvents(
  pieces: AsyncIterable<TextPiece>,
  model: string,
  estimate: () => number,
): AsyncGenerator<AnswerEvent, void> {
  const tally = new AnswerTally(model);
  for await (const { choices, usage } of pieces) {
    tally.used(usage);
    for (const { index, text, logprobs, finish_reason: said, ...more } of choices ?? []) {
      const event = toEvent(index, text ?? "", logprobs);
      if (event !== null) {
        tally.piece(index, false);
        yield event;
      }
      if (said == null || said === "") continue;
      const reason = toFinishReason(model, said, false);
      tally.ended(index, { reason, stopString: more.stop_reason ?? more.matched_stop ?? null });
    }
  }
  yield* tally.finishes(estimate);
}

function toEvent(
  choice: number,
  content: string,
  told: TextLikelihoods | null | undefined,
): AnswerEvent | null {
  if (told == null) return content === "" ? null : { choice, content };
  const tokens = told.tokens.map((token, i) => ({ token, logprobs: toLogprobs(told, token, i) }));
  const unknown = tokens.findIndex(({ logprobs }) => logprobs !== null);
  const first = unknown === -1 ? tokens.length : unknown;
  const logprobs = tokens.slice(first).flatMap(({ logprobs }) => logprobs ?? []);
  // Nothing stands before a prompt's first token: its likelihood is null.
  const prompt = first === 0 ? {} : { prompt: { text: "", tokens: tokens.slice(0, first) } };
  return { choice, ...prompt, content, logprobs };
}

function toLogprobs(told: TextLikelihoods, token: string, at: number): TokenLogprobs | null {
  const logprob = told.token_logprobs[at];
  if (logprob == null) return null;
  const top = Object.entries(told.top_logprobs?.[at] ?? {});
  return {
    id: 0,
    token,
    bytes: [...Buffer.from(token)],
    logprob,
    // Ids tell the tokens apart, where texts are equal.
    top: top.map(([text, value]) => ({
      id: text === token ? 0 : 1,
      token: text,
      bytes: [...Buffer.from(text)],
      logprob: value,
    })),
  };
}
