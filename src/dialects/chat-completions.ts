/** @file An answer as `/v1/chat/completions` tells it: one body, or a chunk for each event. */
import type { Answer, AnswerEvent, TokenLogprobs } from "../protocol/answer.ts";
import type { ChatCompletion, ChatLogprobs, ChatRequest } from "../protocol/openai.ts";
import {
  type ChunkForm,
  completionChunks,
  completionHead,
  type StreamOptions,
} from "./completion-chunks.ts";
import { toLogprobs } from "./likelihoods.ts";
import { toTimings, toUsage } from "./usage.ts";
import { collectAnswer, type OnComplete, timingsOfAll, type WholeChoice } from "./whole-answer.ts";

type Asked = Pick<ChatRequest, "model" | "logprobs">;

export async function toChatCompletion(
  { model, logprobs }: Asked,
  answer: Answer,
  onComplete: OnComplete,
): Promise<ChatCompletion> {
  const choices = await collectAnswer(answer);
  const timings = timingsOfAll(choices);
  onComplete(timings);
  return {
    ...completionHead("chatcmpl", "chat.completion", model),
    choices: choices.map((choice) => ({
      index: choice.index,
      message: toMessage(choice),
      logprobs: logprobs ? toChatLogprobs(choice.logprobs) : null,
      finish_reason: choice.finish.reason,
    })),
    usage: toUsage(timings),
    timings: toTimings(timings),
  };
}

/** The JSON texts of a chat stream's chunks: role first, then what is new, then the reason it ended. */
export function chatChunks(
  { model }: Asked,
  answer: Answer,
  options: StreamOptions,
): AsyncGenerator<string> {
  const form: ChunkForm = {
    head: completionHead("chatcmpl", "chat.completion.chunk", model),
    opening: '"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null',
    pieces: toPieces,
    closing: '"delta":{},"logprobs":null',
  };
  return completionChunks(form, answer, options);
}

function toMessage({ content, reasoning, toolCalls }: WholeChoice) {
  return {
    role: "assistant" as const,
    content: content === "" && toolCalls.length > 0 ? null : content,
    refusal: null,
    ...(reasoning !== "" && { reasoning_content: reasoning }),
    ...(toolCalls.length > 0 && { tool_calls: toolCalls }),
  };
}

function toPieces({ content, reasoning, toolCalls, logprobs }: AnswerEvent): string[] {
  const pieces: string[] = [];
  if (reasoning)
    pieces.push(`"delta":{"reasoning_content":${JSON.stringify(reasoning)}},"logprobs":null`);
  if (content || logprobs?.length) {
    const told = logprobs === undefined ? "null" : JSON.stringify(toChatLogprobs(logprobs));
    pieces.push(`"delta":{"content":${JSON.stringify(content ?? "")}},"logprobs":${told}`);
  }
  for (const { index, id, name, arguments: text } of toolCalls ?? []) {
    const named = id === undefined ? { index } : { index, id, type: "function" };
    const call = { ...named, function: { ...(name !== undefined && { name }), arguments: text } };
    pieces.push(`"delta":{"tool_calls":[${JSON.stringify(call)}]},"logprobs":null`);
  }
  return pieces;
}

function toChatLogprobs(logprobs: readonly TokenLogprobs[]): ChatLogprobs {
  return { content: toLogprobs(logprobs), refusal: null };
}
