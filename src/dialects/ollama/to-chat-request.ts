/** @file Ollama's requests as the chat or completion request that asks for the same. */
import type { z } from "zod";
import type {
  OllamaChatRequest,
  OllamaGenerateRequest,
  OllamaOptions,
} from "../../protocol/ollama.ts";
import type { ChatRequestInput, CompletionRequest } from "../../protocol/openai.ts";
import { toChatMessages } from "./to-chat-messages.ts";
import { userContent } from "./user-content.ts";

/** Fields that have another name there, for what is said about a wrong one. */
export const ollamaNames: Record<string, string> = {
  ...Object.fromEntries(
    [
      "seed",
      "stop",
      "temperature",
      "top_k",
      "top_p",
      "min_p",
      "typical_p",
      "repeat_last_n",
      "repeat_penalty",
      "presence_penalty",
      "frequency_penalty",
      "mirostat_tau",
      "mirostat_eta",
    ].map((name) => [name, `options.${name}`]),
  ),
  max_tokens: "options.num_predict",
  response_format: "format",
};

type Request = OllamaChatRequest | OllamaGenerateRequest;

export function toChatRequest(request: OllamaChatRequest): ChatRequestInput {
  const { messages, tools } = request;
  return {
    ...toSpokenFields(request),
    messages: toChatMessages(messages),
    tools,
    // A last message of the assistant's is the beginning of the answer.
    continue_final_message: messages.at(-1)?.role === "assistant" || undefined,
  };
}

/** A prompt that the model's template is put around, as the one message of a conversation. */
export function toPromptedChat(request: OllamaGenerateRequest): ChatRequestInput {
  const { system, prompt, images } = request;
  return {
    ...toSpokenFields(request),
    messages: [
      ...(system ? [{ role: "system" as const, content: system }] : []),
      { role: "user", content: userContent(prompt, images) },
    ],
  };
}

/** @param room Tokens that fit the model's context: as many as an answer has that may go on for ever. */
export function toCompletionRequest(
  request: OllamaGenerateRequest,
  room: number,
): z.input<typeof CompletionRequest> {
  const fields = toCommonFields(request);
  return {
    ...fields,
    prompt: request.prompt,
    suffix: request.suffix || undefined,
    max_tokens: fields.max_tokens ?? room,
    logprobs: request.logprobs ? (request.top_logprobs ?? 0) : undefined,
  };
}

function toSpokenFields(request: Request) {
  const { think, logprobs, top_logprobs } = request;
  const effort = typeof think === "string" ? (think === "max" ? "xhigh" : think) : undefined;
  return {
    ...toCommonFields(request),
    reasoning: think == null ? undefined : { enabled: think !== false },
    reasoning_effort: effort,
    logprobs: logprobs || Boolean(top_logprobs),
    top_logprobs,
  } as const;
}

function toCommonFields({ model, stream, options, format }: Request) {
  const { num_predict, ...sampling }: Partial<OllamaOptions> = options ?? {};
  return {
    model,
    stream: stream ?? true,
    ...sampling,
    max_tokens: num_predict != null && num_predict > 0 ? num_predict : undefined,
    response_format: toFormat(format),
  };
}

function toFormat(format: Request["format"]): ChatRequestInput["response_format"] {
  if (format == null || format === "") return undefined;
  if (format === "json") return { type: "json_object" };
  return { type: "json_schema", json_schema: { schema: format } };
}
