/** @file Prompts for whoever only wants to see or to count them: the same as answers are made from. */
import type { PromptSegment } from "../../chat/chat-format.ts";
import type { ChatPromptRequest } from "../../protocol/tokens.ts";
import { thinkingKwargs } from "../generation/reasoning.ts";
import { toolUse } from "../generation/tool-use.ts";
import type { ServedModel } from "../served-model.ts";
import { assertAble } from "./capability.ts";

/**
 * What a chat request with these fields is answered from.
 *
 * @throws {UnsupportedCapabilityError} the model does not chat.
 * @throws {InvalidRequestError} its format has no place for this.
 */
export async function chatPrompt(
  model: ServedModel,
  request: Omit<ChatPromptRequest, "model">,
): Promise<PromptSegment[]> {
  assertAble(model, "chat");
  return model.promptSegments({
    ...request,
    tools: toolUse(request).shown,
    chat_template_kwargs: thinkingKwargs(request),
  });
}

export async function chatPromptTokens(
  model: ServedModel,
  request: Omit<ChatPromptRequest, "model">,
): Promise<Int32Array> {
  return model.engine.vocab.tokenizeSegments(await chatPrompt(model, request));
}

/** What a completion continues; for a model that only reads, what it embeds. */
export function textPromptTokens(model: ServedModel, text: string): Int32Array {
  const { vocab, info } = model.engine;
  return info.generates ? model.tokens(text) : vocab.encode(text, true, false);
}
