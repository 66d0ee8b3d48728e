/** @file The JSON of a tool's arguments as GBNF. */
import type { GrammarBuilder } from "../../../grammar/grammar-builder.ts";
import { addSchema } from "../../../grammar/schema/json-schema.ts";
import type { Tool } from "../../../protocol/openai.ts";
import { parametersOf } from "./call-syntax.ts";

/** @returns the name of the rule. */
export function toolArguments(builder: GrammarBuilder, tool: Tool): string {
  return addSchema(builder, { type: "object", ...parametersOf(tool) }, { param: "tools" });
}
