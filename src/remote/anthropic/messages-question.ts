/**
 * @file A chat request of ours as Anthropic's Messages API is asked it. Fields that it has no word
 * for and that only colour the answer (seed, penalties, min_p, …) are left out.
 *
 * Source: https://platform.claude.com/docs/en/api/messages
 */
import type { ChatRequest, Tool } from "../../protocol/openai.ts";
import type { RemoteModel } from "../remote-model.ts";
import type { SignedCalls } from "./signed-calls.ts";
import { weighed } from "./thinking.ts";
import { toSystem, toTurns, userTurn } from "./turns.ts";
import { assertServed, schemaOf } from "./unserved-fields.ts";

/** @throws {InvalidRequestError} it asks for what Anthropic does not have. */
export function messagesQuestion(
  model: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
): object {
  const { maxTokens, sampling } = weighed(model, request, calls);
  const user = request.user ?? request.safety_identifier;
  return {
    ...promptQuestion(model, request, calls),
    max_tokens: maxTokens,
    ...sampling,
    ...(request.stop.length > 0 && { stop_sequences: request.stop }),
    ...(user != null && { metadata: { user_id: user } }),
    stream: model.streams !== false,
    ...model.extraBody,
  };
}

/** What the tokens of a prompt are counted of. */
export function promptQuestion(
  model: RemoteModel,
  request: ChatRequest,
  calls: SignedCalls,
): object {
  assertServed(model.card.id, request);
  const told = toSystem(request.messages);
  const turns = toTurns(request.messages, calls);
  // A conversation of instructions alone is a user's turn: there must be one.
  const [system, messages] = turns.length > 0 ? [told, turns] : ["", [userTurn(told)]];
  const { thinking, effort } = weighed(model, request, calls);
  const schema = schemaOf(model.card.id, request);
  const format = schema === null ? null : { type: "json_schema", schema };
  const hasOutput = format !== null || effort !== null;
  return {
    model: model.upstreamModel,
    ...(system !== "" && { system }),
    messages,
    ...toTools(request),
    ...(thinking !== null && { thinking }),
    ...(hasOutput && { output_config: { ...(format && { format }), ...(effort && { effort }) } }),
  };
}

function toTools({ tools, tool_choice: choice, parallel_tool_calls }: ChatRequest): object {
  if (tools == null || tools.length === 0) return {};
  const isRestricted = typeof choice === "object" && choice?.type === "allowed_tools";
  const allowed = isRestricted
    ? new Set(choice.allowed_tools.tools.map((tool) => tool.function.name))
    : null;
  const shown = tools.filter((tool) => allowed?.has(tool.function.name) ?? true);
  const chosen = toChoice(choice);
  const isSingle = parallel_tool_calls === false && chosen?.type !== "none";
  const told = isSingle
    ? { ...(chosen ?? { type: "auto" }), disable_parallel_tool_use: true }
    : chosen;
  return { tools: shown.map(toTool), ...(told !== null && { tool_choice: told }) };
}

function toTool({ function: { name, description, parameters, strict } }: Tool): object {
  return {
    name,
    ...(description != null && { description }),
    input_schema: { type: "object", ...parameters },
    ...(strict === true && { strict }),
  };
}

function toChoice(choice: ChatRequest["tool_choice"]): { type: string; name?: string } | null {
  if (choice == null) return null;
  if (choice === "none") return { type: "none" };
  if (choice === "auto") return { type: "auto" };
  if (choice === "required") return { type: "any" };
  if (choice.type === "function") return { type: "tool", name: choice.function.name };
  return { type: choice.allowed_tools.mode === "required" ? "any" : "auto" };
}
