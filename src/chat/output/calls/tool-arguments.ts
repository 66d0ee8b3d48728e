/** @file The JSON of a tool's arguments as GBNF. */
import type { GrammarBuilder } from "../../../grammar/grammar-builder.ts";
import { addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";

/** What OpenAI means by leaving the parameters out; any object at all is `{type: "object"}`. */
const noParameters = { type: "object", properties: {}, additionalProperties: false };

/** @returns the name of the rule. */
export function toolArguments(builder: GrammarBuilder, tool: Tool): string {
  const schema = { type: "object", ...(tool.function.parameters ?? noParameters) };
  return addSchema(builder, schema, { param: "tools" });
}
