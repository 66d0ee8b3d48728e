/** @file A request as the question that a FastChat worker is asked: its prompt, and how much it may say. */
import type { PromptSegment } from "../../chat/chat-format.ts";
import { fastchatFormat } from "../../chat/fastchat/fastchat-format.ts";
import { ContextLengthError, InvalidRequestError } from "../../errors/request-errors.ts";
import type { WorkerQuestion } from "../../protocol/fastchat-worker.ts";
import type { ChatRequest, CompletionRequest, TokensOrText, Tool } from "../../protocol/openai.ts";
import type { WorkerFacts } from "./worker-calls.ts";
import { workerSampling } from "./worker-sampling.ts";

export type Question = Omit<WorkerQuestion, "model">;

/** The conversation in the words of the worker's template. */
export async function chatPrompt(
  { template }: WorkerFacts,
  request: ChatRequest,
  tools: readonly Tool[],
): Promise<string> {
  const { messages, add_generation_prompt: open, continue_final_message: goesOn } = request;
  const segments = await fastchatFormat(template, []).prompt({
    messages,
    tools,
    addGenerationPrompt: open ?? !goesOn,
    continueFinalMessage: goesOn,
  });
  return joined(segments);
}

/** A chat's answer ends where the request says so, or the worker's template. */
export function chatQuestion(
  request: ChatRequest,
  { template }: WorkerFacts,
  prompt: string,
  maxTokens: number,
): Question {
  return {
    ...question(request, prompt, maxTokens),
    stop: [...new Set([...request.stop, ...template.stop])],
    stop_token_ids: [...(request.stop_token_ids ?? []), ...template.stopTokens],
    logprobs: request.logprobs ? 1 : null,
  };
}

/** A raw prompt: its end is the caller's to name, as in FastChat. */
export function textQuestion(
  request: CompletionRequest,
  prompt: string,
  maxTokens: number,
): Question {
  return {
    ...question(request, prompt, maxTokens),
    echo: request.echo === true && request.logprobs !== null,
    logprobs: request.logprobs,
  };
}

/**
 * Tokens that an answer may have. FastChat's workers read the last `context − answer − 1` tokens of
 * a prompt (`fastchat/serve/inference.py`): one more, and they would drop its first.
 *
 * @throws {ContextLengthError} the prompt leaves no room for any.
 */
export function roomFor(
  promptTokens: number,
  { contextSize }: WorkerFacts,
  wanted: number | null | undefined,
  param: string,
): number {
  if (promptTokens >= contextSize) throw new ContextLengthError(promptTokens, contextSize, param);
  const room = Math.max(1, contextSize - promptTokens - 1);
  return Math.min(wanted ?? room, room);
}

/** @throws {InvalidRequestError} token ids: a worker has no way to be told them. */
export function asText(input: TokensOrText, param: string): string {
  if (typeof input === "string") return input;
  throw new InvalidRequestError("A FastChat worker reads texts, not token ids.", param);
}

function question(
  request: ChatRequest | CompletionRequest,
  prompt: string,
  maxTokens: number,
): Omit<Question, "logprobs"> {
  return {
    ...workerSampling(request),
    prompt,
    max_new_tokens: maxTokens,
    echo: false,
    stop: request.stop,
    stop_token_ids: request.stop_token_ids ?? [],
  };
}

function joined(segments: readonly PromptSegment[]): string {
  return segments.map(({ text }) => text).join("");
}
