/** @file Anthropic's request for a message, as the chat request that asks for the same. */
import type {
  AnthropicText,
  AnthropicTool,
  AnthropicToolChoice,
  CountTokensRequest,
  MessagesRequest,
} from "../../protocol/anthropic.ts";
import type { ChatRequestInput } from "../../protocol/openai.ts";
import { toChatMessages, toText } from "./to-chat-messages.ts";

/** Fields that have another name there, for what is said about a wrong one. */
export const anthropicNames: Record<string, string> = {
  stop: "stop_sequences",
  response_format: "output_config.format",
  reasoning_effort: "output_config.effort",
  thinking_budget_tokens: "thinking.budget_tokens",
};

export function toChatRequest(request: MessagesRequest): ChatRequestInput {
  return {
    ...toChatPrompt(request),
    max_tokens: request.max_tokens,
    stop: request.stop_sequences,
    stream: request.stream,
    // Tells how many tokens the prompt has, for the stream's first event.
    return_progress: request.stream,
    temperature: request.temperature,
    top_p: request.top_p,
    top_k: request.top_k,
    user: request.metadata?.user_id,
  };
}

/** The part that makes the prompt. Like at Anthropic, nobody thinks who is not asked to. */
export function toChatPrompt(request: CountTokensRequest): ChatRequestInput {
  const { model, system, messages, tools, tool_choice, thinking, output_config } = request;
  const isThinking = thinking != null && thinking.type !== "disabled";
  const budget = thinking?.type === "enabled" ? thinking.budget_tokens : undefined;
  const { effort, format } = output_config ?? {};
  return {
    model,
    messages: [...toSystem(system), ...toChatMessages(messages)],
    // A last message of the assistant's is the beginning of the answer.
    continue_final_message: messages.at(-1)?.role === "assistant" || undefined,
    tools: tools?.map(toTool),
    ...toToolChoice(tool_choice),
    reasoning: { enabled: isThinking },
    thinking_budget_tokens: budget,
    reasoning_effort: isThinking && effort ? (effort === "max" ? "xhigh" : effort) : undefined,
    response_format: format && { type: "json_schema", json_schema: { schema: format.schema } },
  };
}

/** What Claude Code puts before its instructions: it is for the bill, and new with each request. */
const billing = /^x-anthropic-billing-header:[^\n]*\n?/;

function toSystem(system: AnthropicText | null | undefined): ChatRequestInput["messages"] {
  const text = toText(system).replace(billing, "");
  return text === "" ? [] : [{ role: "system", content: text }];
}

function toTool({ name, description, input_schema, strict }: AnthropicTool) {
  const called = { name, description, parameters: input_schema, strict };
  return { type: "function" as const, function: called };
}

function toToolChoice(
  choice: AnthropicToolChoice | null | undefined,
): Pick<ChatRequestInput, "tool_choice" | "parallel_tool_calls"> {
  if (choice == null) return {};
  if (choice.type === "none") return { tool_choice: "none" };
  const parallel_tool_calls = choice.disable_parallel_tool_use === true ? false : undefined;
  if (choice.type === "tool")
    return {
      tool_choice: { type: "function", function: { name: choice.name } },
      parallel_tool_calls,
    };
  return { tool_choice: choice.type === "any" ? "required" : "auto", parallel_tool_calls };
}
