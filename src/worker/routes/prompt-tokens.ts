/** @file Prompts for whoever only wants to see or to count them: the same as answers are made from. */
import type { PromptSegment } from "../../chat/chat-format.ts";
import { toolUse } from "../../chat/tool-use.ts";
import type { ChatPromptRequest } from "../../protocol/tokens.ts";
import { assertAble } from "../../serving/capability.ts";
import { thinkingKwargs } from "../generation/reasoning.ts";
import type { ServedModel } from "../served-model.ts";

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
