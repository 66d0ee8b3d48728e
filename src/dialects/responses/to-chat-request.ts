/** @file A request for a response, and the items before it, as the chat request that asks for the same. */
import type { ChatRequestInput } from "../../protocol/openai.ts";
import type {
  InputItem,
  ResponsesRequest,
  ResponsesTool,
  ResponsesToolChoice,
} from "../../protocol/responses.ts";
import { toChatMessages } from "./to-chat-messages.ts";

/** Fields that have another name there, for what is said about a wrong one. */
export const responsesNames: Record<string, string> = {
  messages: "input",
  max_completion_tokens: "max_output_tokens",
  response_format: "text.format",
  reasoning_effort: "reasoning.effort",
};

const includesLogprobs = "message.output_text.logprobs";

/** @param items The whole conversation: what is remembered of it, then what was sent. */
export function toChatRequest(
  request: ResponsesRequest,
  items: readonly InputItem[],
): ChatRequestInput {
  const { instructions, top_logprobs, include, reasoning } = request;
  const system = instructions ? [{ role: "system" as const, content: instructions }] : [];
  return {
    model: request.model,
    messages: [...system, ...toChatMessages(items)],
    stream: request.stream,
    max_completion_tokens: request.max_output_tokens,
    temperature: request.temperature,
    top_p: request.top_p,
    logprobs: Boolean(top_logprobs) || (include?.includes(includesLogprobs) ?? false),
    top_logprobs,
    tools: request.tools?.map(toTool),
    tool_choice: toToolChoice(request.tool_choice),
    parallel_tool_calls: request.parallel_tool_calls,
    response_format: toFormat(request),
    reasoning_effort: reasoning?.effort,
    user: request.user,
    prompt_cache_key: request.prompt_cache_key,
  };
}

/** The input as items, whichever way it was sent. */
export function toItems({ input }: Pick<ResponsesRequest, "input">): InputItem[] {
  return typeof input === "string" ? [{ type: "message", role: "user", content: input }] : input;
}

function toTool({ name, description, parameters, strict }: ResponsesTool) {
  return { type: "function" as const, function: { name, description, parameters, strict } };
}

const toFunction = ({ name }: { name: string }) => ({
  type: "function" as const,
  function: { name },
});

function toToolChoice(
  choice: ResponsesToolChoice | null | undefined,
): ChatRequestInput["tool_choice"] {
  if (choice == null || typeof choice === "string") return choice;
  if (choice.type === "function") return toFunction(choice);
  const { mode, tools } = choice;
  return { type: "allowed_tools", allowed_tools: { mode, tools: tools.map(toFunction) } };
}

function toFormat({ text }: ResponsesRequest): ChatRequestInput["response_format"] {
  const format = text?.format;
  if (format?.type !== "json_schema") return format;
  const { name, description, schema, strict } = format;
  return { type: "json_schema", json_schema: { name, description, schema, strict } };
}
