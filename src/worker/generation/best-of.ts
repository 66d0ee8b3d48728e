/** @file Of several answers to a prompt, the likeliest: OpenAI's `best_of`. */
import type { Answer, AnswerEvent, Finish } from "../../protocol/answer.ts";

/**
 * Waits for all choices of one prompt and gives back the `n` with the greatest mean log-probability
 * of a token, likeliest first and numbered from 0.
 *
 * @param tellsLogprobs Whether the client asked for them too.
 */
export async function* bestOf(
  answer: Answer,
  n: number,
  tellsLogprobs: boolean,
): AsyncGenerator<AnswerEvent> {
  const byChoice = new Map<number, AnswerEvent[]>();
  for await (const event of answer) {
    const events = byChoice.get(event.choice) ?? [];
    events.push(event);
    byChoice.set(event.choice, events);
  }
  const ranked = [...byChoice.values()].sort((a, b) => meanLogprob(b) - meanLogprob(a));
  const dropped = ranked.slice(n).map(tokensOf);
  const cost = dropped.reduce((sum, tokens) => sum + tokens, 0);
  for (const [choice, events] of ranked.slice(0, n).entries())
    for (const { logprobs, finish, ...event } of events)
      yield {
        ...event,
        choice,
        ...(tellsLogprobs && logprobs && { logprobs }),
        ...(finish && { finish: bearing(finish, choice === 0 ? cost : 0, choice > 0) }),
      };
}

/** The first bears what the prompt and the dropped answers cost, so that the sum is right. */
function bearing(finish: Finish, tokens: number, forked: boolean): Finish {
  const { timings } = finish;
  const completionTokens = timings.completionTokens + tokens;
  return { ...finish, timings: { ...timings, completionTokens, forked } };
}

function tokensOf(events: readonly AnswerEvent[]): number {
  return events.at(-1)?.finish?.timings.completionTokens ?? 0;
}

function meanLogprob(events: readonly AnswerEvent[]): number {
  const values = events.flatMap(({ logprobs = [] }) => logprobs.map(({ logprob }) => logprob));
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
