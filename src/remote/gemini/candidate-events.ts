/** @file Chunks of Gemini's answer, or the whole of one, as news of its choices. */
import type { AnswerEvent, ToolCallDelta } from "../../protocol/answer.ts";
import { AnswerTally } from "../openai/answer-tally.ts";
import type { Usage } from "../openai/completion-shape.ts";
import type { Candidate, GenerateAnswer, UsageMetadata } from "./answer-shape.ts";
import { toFinishReason } from "./finish-reason.ts";
import { toTokenLogprobs } from "./likelihoods.ts";
import type { SignedCalls } from "./signed-call.ts";

export type Asked = {
  /** Our name for the model, for errors. */
  model: string;
  /** Choices that were asked for. */
  n: number;
  /** Of one choice; Gemini cannot be told, so that the others are left out. */
  mostCalls: number;
  /** Tokens of the prompt, where it is not told. */
  estimate: () => number;
};

/** @throws {ApiError} as the pieces; and when they end before an answer does. */
export async function* candidateEvents(
  pieces: AsyncIterable<GenerateAnswer>,
  asked: Asked,
  memory: SignedCalls,
): AsyncGenerator<AnswerEvent, void> {
  const tally = new AnswerTally(asked.model);
  const calls = new Map<number, number>();
  for await (const { candidates, promptFeedback, usageMetadata } of pieces) {
    if (usageMetadata != null) tally.used(toUsage(usageMetadata));
    for (const candidate of candidates ?? []) {
      const choice = candidate.index ?? 0;
      const before = calls.get(choice) ?? 0;
      const event = toEvent(choice, candidate, { before, most: asked.mostCalls }, memory);
      calls.set(choice, before + (event?.toolCalls?.length ?? 0));
      if (event !== null) {
        tally.piece(choice, event.reasoning !== undefined);
        yield event;
      }
      const { finishReason: said, finishMessage } = candidate;
      if (!said) continue;
      const hasCalled = (calls.get(choice) ?? 0) > 0;
      const reason = toFinishReason(asked.model, said, finishMessage, hasCalled);
      tally.ended(choice, { reason, stopString: null });
    }
    if (promptFeedback?.blockReason) endAll(tally, asked.n);
  }
  yield* tally.finishes(asked.estimate);
}

/** The prompt itself was blocked: there are no candidates. */
function endAll(tally: AnswerTally, n: number): void {
  for (let choice = 0; choice < n; choice++)
    tally.ended(choice, { reason: "content_filter", stopString: null });
}

function toEvent(
  choice: number,
  { content, logprobsResult }: Candidate,
  calls: { before: number; most: number },
  memory: SignedCalls,
): AnswerEvent | null {
  const parts = content?.parts ?? [];
  const joined = (isThought: boolean) =>
    parts
      .map(({ text, thought }) => ((thought ?? false) === isThought ? (text ?? "") : ""))
      .join("");
  const [said, thought] = [joined(false), joined(true)];
  const toolCalls = parts
    .filter(({ functionCall }) => functionCall != null)
    .slice(0, calls.most - calls.before)
    .map((part, i) => toDelta(part, calls.before + i, memory));
  const logprobs = toTokenLogprobs(logprobsResult);
  if (said === "" && thought === "" && toolCalls.length === 0 && logprobs.length === 0) return null;
  return {
    choice,
    ...(thought !== "" && { reasoning: thought }),
    ...(said !== "" && { content: said }),
    ...(toolCalls.length > 0 && { toolCalls }),
    ...(logprobs.length > 0 && { logprobs }),
  };
}

type Part = NonNullable<NonNullable<Candidate["content"]>["parts"]>[number];

/** A call comes in one piece. */
function toDelta(
  { functionCall, thoughtSignature }: Part,
  index: number,
  memory: SignedCalls,
): ToolCallDelta {
  const { id, name = "", args } = functionCall ?? {};
  return {
    index,
    id: memory.remember({ id: id ?? undefined, signature: thoughtSignature ?? undefined }),
    name,
    arguments: JSON.stringify(args ?? {}),
  };
}

/** Each chunk tells all that was used so far. */
function toUsage(told: UsageMetadata): Usage {
  const { candidatesTokenCount: said, thoughtsTokenCount: thought } = told;
  return {
    prompt_tokens: told.promptTokenCount,
    completion_tokens: said == null && thought == null ? null : (said ?? 0) + (thought ?? 0),
    prompt_tokens_details: { cached_tokens: told.cachedContentTokenCount },
    completion_tokens_details: { reasoning_tokens: thought },
  };
}
