/** @file Which of a request's tools the model is shown, and whether it must call one. */
import { InvalidRequestError } from "../errors/request-errors.ts";
import type { ChatRequest, Tool } from "../protocol/openai.ts";

export type ToolUse = {
  /** What the template shows the model. */
  shown: Tool[];
  /** What the answer must call, one at least; empty where it may do as it likes. */
  required: Tool[];
  parallel: boolean;
};

/** @throws {InvalidRequestError} tool_choice names a tool that is not there. */
export function toolUse(
  request: Pick<ChatRequest, "tools" | "tool_choice" | "parallel_tool_calls">,
) {
  const tools = request.tools ?? [];
  const choice = request.tool_choice ?? "auto";
  const use = (shown: Tool[], required: Tool[]): ToolUse => ({
    shown,
    required,
    parallel: request.parallel_tool_calls ?? true,
  });
  if (choice === "none") return use([], []);
  if (choice === "auto") return use(tools, []);
  if (choice === "required") return use(tools, tools);
  if (choice.type === "function")
    return { ...use(tools, named(tools, [choice.function.name])), parallel: false };
  const { mode, tools: allowed } = choice.allowed_tools;
  const names = allowed.map((one) => one.function.name);
  const shown = named(tools, names);
  return use(shown, mode === "required" ? shown : []);
}

function named(tools: readonly Tool[], names: readonly string[]): Tool[] {
  return names.map((name) => {
    const tool = tools.find((one) => one.function.name === name);
    if (tool !== undefined) return tool;
    throw new InvalidRequestError(
      `tool_choice names '${name}', which tools does not have.`,
      "tool_choice",
    );
  });
}
