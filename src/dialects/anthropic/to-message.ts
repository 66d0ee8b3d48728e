/** @file An answer as Anthropic's message, whole: its blocks, why it ended, what it used. */
import { randomUUID } from "node:crypto";
import type { Answer, ChoiceTimings, Finish } from "../../protocol/answer.ts";
import type {
  AnswerBlock,
  AnthropicUsage,
  Message,
  MessagesRequest,
  StopReason,
} from "../../protocol/anthropic.ts";
import { collectChoice } from "../one-choice.ts";
import { toArguments } from "../tool-arguments.ts";
import type { OnComplete, WholeChoice } from "../whole-answer.ts";

/** What of the request its answer tells again. */
export type Asked = Pick<MessagesRequest, "model" | "stop_sequences">;

export async function toMessage(
  asked: Asked,
  answer: Answer,
  onComplete: OnComplete,
): Promise<Message> {
  const whole = await collectChoice(answer, onComplete);
  return {
    ...emptyMessage(asked.model),
    content: toBlocks(whole),
    ...toStop(asked, whole.finish),
    usage: toUsage(whole.finish.timings),
  };
}

export function emptyMessage(model: string): Message {
  return {
    id: `msg_${randomUUID().replaceAll("-", "")}`,
    type: "message",
    role: "assistant",
    model,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: {
      input_tokens: 0,
      cache_creation_input_tokens: 0,
      cache_read_input_tokens: 0,
      output_tokens: 0,
    },
  };
}

/** A stop string that nobody asked for is the chat format's, and so the end of the turn. */
export function toStop(
  { stop_sequences }: Asked,
  { reason, stopString }: Finish,
): { stop_reason: StopReason; stop_sequence: string | null } {
  if (reason === "stop" && stopString !== null && stop_sequences?.includes(stopString))
    return { stop_reason: "stop_sequence", stop_sequence: stopString };
  return { stop_reason: stopReasons[reason], stop_sequence: null };
}

const stopReasons: Record<Finish["reason"], StopReason> = {
  stop: "end_turn",
  length: "max_tokens",
  tool_calls: "tool_use",
  content_filter: "refusal",
};

export function toUsage(timings: ChoiceTimings): AnthropicUsage {
  const { promptTokens, cachedTokens, completionTokens, reasoningTokens } = timings;
  return {
    input_tokens: promptTokens - cachedTokens,
    cache_creation_input_tokens: 0,
    cache_read_input_tokens: cachedTokens,
    output_tokens: completionTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
  };
}

function toBlocks({ reasoning, content, toolCalls }: WholeChoice): AnswerBlock[] {
  return [
    ...(reasoning === "" ? [] : [thinkingBlock(reasoning)]),
    ...(content === "" ? [] : [textBlock(content)]),
    ...toolCalls.map(({ id, function: { name, arguments: text } }) =>
      toolUse(id, name, toArguments(text)),
    ),
  ];
}

/** Nobody checks our signature, so it is empty; a client sends it back as it is. */
export function thinkingBlock(thinking: string): AnswerBlock {
  return { type: "thinking", thinking, signature: "" };
}

export function textBlock(text: string): AnswerBlock {
  return { type: "text", text, citations: null };
}

export function toolUse(id: string, name: string, input: Record<string, unknown>): AnswerBlock {
  return { type: "tool_use", id, name, input };
}
