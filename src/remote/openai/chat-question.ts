/** @file A chat request of ours as an OpenAI-compatible server is asked it. */
import type { ChatMessage, ChatRequest, CompletionRequest } from "../../protocol/openai.ts";
import type { RemoteModel } from "../remote-model.ts";
import { kindOf, type ServerKind } from "../server-kinds.ts";

/** OpenAI's own fields, beside those that are written below. */
const standard = new Set([
  "frequency_penalty",
  "presence_penalty",
  "temperature",
  "top_p",
  "seed",
  "n",
  "logit_bias",
  "logprobs",
  "top_logprobs",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "response_format",
  "reasoning_effort",
  "user",
  "metadata",
  "store",
  "service_tier",
  "verbosity",
  "prompt_cache_key",
  "safety_identifier",
  "prediction",
  "echo",
  "best_of",
  "suffix",
]);
const writtenHere = new Set([
  "model",
  "messages",
  "prompt",
  "stream",
  "stream_options",
  "stop",
  "max_tokens",
  "max_completion_tokens",
  "lora",
]);
/** Mistral's names, and what it has no name for (https://docs.mistral.ai/api). */
const mistralNames: Record<string, string | null> = {
  seed: "random_seed",
  logit_bias: null,
  logprobs: null,
  top_logprobs: null,
  user: null,
  store: null,
  service_tier: null,
  verbosity: null,
  prompt_cache_key: null,
  safety_identifier: null,
};

export function chatQuestion(model: RemoteModel, request: ChatRequest): object {
  const kind = kindOf(model.card.upstream?.kind);
  const limit = request.max_completion_tokens ?? request.max_tokens;
  return {
    ...fields(model, kind, request),
    messages: request.messages.map((message) => toMessage(kind, message)),
    ...(limit != null && { [kind.maxTokens]: limit }),
    ...model.extraBody,
  };
}

export function textQuestion(
  model: RemoteModel,
  request: CompletionRequest,
  prompt: string | number[],
): object {
  const kind = kindOf(model.card.upstream?.kind);
  return {
    ...fields(model, kind, request),
    prompt,
    ...(request.logprobs !== null && { logprobs: request.logprobs }),
    ...(request.max_tokens != null && { max_tokens: request.max_tokens }),
    ...model.extraBody,
  };
}

function fields(model: RemoteModel, kind: ServerKind, request: ChatRequest | CompletionRequest) {
  const isMistral = model.card.upstream?.kind === "mistral";
  const given = Object.entries(request).flatMap(([name, value]): [string, unknown][] => {
    if (value == null || writtenHere.has(name)) return [];
    if (kind.isStrict && !standard.has(name)) return [];
    const there = isMistral ? mistralNames[name] : undefined;
    return there === null ? [] : [[there ?? name, value]];
  });
  return {
    model: model.upstreamModel,
    ...Object.fromEntries(given),
    ...(request.stop.length > 0 && { stop: request.stop }),
    ...(model.streams === false
      ? { stream: false }
      : { stream: true, ...(!isMistral && { stream_options: { include_usage: true } }) }),
  };
}

function toMessage(kind: ServerKind, message: ChatMessage): object {
  if (message.role === "developer" && !kind.knowsDeveloper) return { ...message, role: "system" };
  if (message.role !== "assistant" || !kind.isStrict) return message;
  const { reasoning_content: _, ...rest } = message; // an unknown field, or (DeepSeek) a refused one
  return rest;
}
