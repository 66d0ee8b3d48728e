/** @file What is known of a loaded model, and how prompts are made for it. */
import type { ChatFormat, PromptSegment } from "../chat/chat-format.ts";
import type { OutputFormat } from "../chat/output/output-format.ts";
import { assertReadsPictures } from "../dialects/pictures.ts";
import type { Engine } from "../engine/engine.ts";
import type { ModelDescription } from "../llama/model-description.ts";
import type { ChatRequest, TokensOrText } from "../protocol/openai.ts";
import type { ServedModel as ModelCard } from "../protocol/registry.ts";
import type { SamplingRequest } from "../protocol/sampling.ts";
import type { Adapters } from "./adapters.ts";

export type LoadedModel = {
  readonly card: ModelCard;
  readonly engine: Engine;
  readonly adapters: Adapters;
  readonly description: ModelDescription;
  readonly format: ChatFormat;
  /** What the model's answers look like. */
  readonly output: OutputFormat;
  /** Sampling that the model's file recommends. */
  readonly recommended: SamplingRequest;
  /** Control tokens that who reads the answers has to see. */
  readonly visibleTokens: number[];
};

/** The fields of a chat request that its prompt is made from. */
export type ChatPrompt = Pick<
  ChatRequest,
  "messages" | "tools" | "add_generation_prompt" | "continue_final_message" | "chat_template_kwargs"
>;

/**
 * What the model reads of a conversation, in its chat format.
 *
 * @throws {UnsupportedCapabilityError} it shows a picture to a model that reads text alone.
 */
export async function chatSegments(
  { card, format }: LoadedModel,
  request: ChatPrompt,
): Promise<PromptSegment[]> {
  assertReadsPictures(card, request);
  return format.prompt({
    messages: request.messages,
    tools: request.tools,
    addGenerationPrompt: request.add_generation_prompt ?? !request.continue_final_message,
    continueFinalMessage: request.continue_final_message,
    kwargs: request.chat_template_kwargs,
  });
}

/** A raw prompt is the caller's own template: control tokens may be spelt in it. */
export function textTokens({ engine: { vocab } }: LoadedModel, prompt: TokensOrText): Int32Array {
  if (typeof prompt !== "string") return vocab.checked(prompt, "prompt");
  return vocab.tokenizeSegments([{ text: prompt, special: true }]);
}
