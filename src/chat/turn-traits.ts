/** @file How a template wants an assistant's turns: asked of it once, when a conversation has such turns. */
import type { ChatMessage } from "../protocol/openai.ts";
import { remembered } from "./remembered.ts";
import type { TurnTraits } from "./template-messages.ts";
import {
  type RenderMessages,
  refusesTextBesideThought,
  thoughtField,
  wantsNullContent,
  wantsShortIds,
  wantsTextArguments,
} from "./template-traits.ts";

export function turnTraits(
  template: string,
  render: RenderMessages,
): (messages: readonly ChatMessage[]) => Promise<TurnTraits> {
  const field = thoughtField(template);
  const shortIds = wantsShortIds(template);
  const nullWanted = remembered(() => wantsNullContent(render));
  const textWanted = remembered(() => wantsTextArguments(render));
  const textRefused = remembered(() => refusesTextBesideThought(render, field));
  return async (messages) => {
    const calling = messages.filter(callsTools);
    const isWordless = calling.some(({ content }) => !content);
    return {
      emptyContent: isWordless && (await nullWanted()) ? null : "",
      textArguments: calling.length > 0 && (await textWanted()),
      shortIds,
      thoughtField: field,
      oneText: calling.some(hasBoth) && (await textRefused()),
    };
  };
}

function callsTools(message: ChatMessage): boolean {
  return message.role === "assistant" && (message.tool_calls ?? []).length > 0;
}

function hasBoth(message: ChatMessage): boolean {
  return message.role === "assistant" && Boolean(message.reasoning_content && message.content);
}
