/**
 * @file What an answer's text must look like, as Gemini is told: JSON, of a schema or of none. What
 * it cannot be held to is refused by name.
 */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { ChatRequest } from "../../protocol/openai.ts";

/** @throws {InvalidRequestError} Gemini has no such form; or the schema is none. */
export function answerForm(request: ChatRequest): object {
  assertWithinReach(request);
  const { response_format: format, structured_outputs: vllm } = request;
  const given: [string, unknown][] = [
    ["json_schema", request.json_schema],
    ["guided_json", request.guided_json],
    ["structured_outputs.json", vllm?.json],
  ];
  const [param, schema] = given.find(([, value]) => value != null) ?? [];
  if (param !== undefined) return json(parsed(schema, param));
  if (format == null || format.type === "text") return {};
  const nested = format.type === "json_schema" ? format.json_schema?.schema : undefined;
  const own = nested ?? format.schema;
  if (own == null && format.type === "json_schema")
    throw new InvalidRequestError("A json_schema needs its schema.", "response_format.json_schema");
  return json(own);
}

function json(schema: unknown): object {
  return {
    responseMimeType: "application/json",
    ...(schema != null && { responseJsonSchema: schema }),
  };
}

/** vLLM's clients send a schema as JSON or as the text of it. */
function parsed(schema: unknown, param: string): unknown {
  if (typeof schema !== "string") return schema;
  try {
    return JSON.parse(schema);
  } catch {
    throw new InvalidRequestError("The schema is not valid JSON.", param);
  }
}

function assertWithinReach(request: ChatRequest): void {
  const { structured_outputs: vllm, logit_bias: biases } = request;
  const fields: Record<string, unknown> = {
    logit_bias: biases != null && Object.keys(biases).length > 0 ? biases : null,
    grammar: request.grammar || null,
    guided_regex: request.guided_regex,
    guided_choice: request.guided_choice,
    guided_grammar: request.guided_grammar,
    "structured_outputs.regex": vllm?.regex,
    "structured_outputs.choice": vllm?.choice,
    "structured_outputs.grammar": vllm?.grammar,
  };
  const [field] = Object.entries(fields).find(([, value]) => value != null) ?? [];
  if (field !== undefined)
    throw new InvalidRequestError(
      `The model '${request.model}' is served by Gemini, which has no ${field}.`,
      field,
    );
}
