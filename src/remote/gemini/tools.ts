/**
 * @file The tools of a request, and whether one must be called, in Gemini's words.
 *
 * Source: https://ai.google.dev/api/caching#Tool
 */
import { toolUse } from "../../chat/tool-use.ts";
import type { ChatRequest } from "../../protocol/openai.ts";

/** @throws {InvalidRequestError} tool_choice names a tool that is not there. */
export function toTools(request: ChatRequest): object {
  const tools = request.tools ?? [];
  if (tools.length === 0) return {};
  const { shown, required } = toolUse(request);
  // Tools that may not be called are shown all the same: earlier turns may have called them.
  const told = shown.length > 0 ? shown : tools;
  const mode = shown.length === 0 ? "NONE" : required.length > 0 ? "ANY" : "AUTO";
  const isSome = required.length > 0 && required.length < tools.length;
  return {
    tools: [{ functionDeclarations: told.map(({ function: tool }) => toDeclaration(tool)) }],
    toolConfig: {
      functionCallingConfig: {
        mode,
        ...(isSome && { allowedFunctionNames: required.map((one) => one.function.name) }),
      },
    },
  };
}

type Declared = NonNullable<ChatRequest["tools"]>[number]["function"];

function toDeclaration({ name, description, parameters }: Declared): object {
  return {
    name,
    description: description ?? "", // it must be there
    ...(parameters != null && { parametersJsonSchema: parameters }),
  };
}
