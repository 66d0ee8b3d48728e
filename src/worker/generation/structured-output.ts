/** @file The grammar that a request's answer must follow, from whichever field asks for one. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import { choiceGrammar, regexGrammar } from "../../grammar/regex/regex.ts";
import { jsonGrammar, schemaGrammar } from "../../grammar/schema/json-schema.ts";
import type { ResponseFormat, StructuredOutput } from "../../protocol/structured-output.ts";

/** GBNF, and the field it comes from. */
export type AskedGrammar = {
  gbnf: string;
  param: string;
  /** The client's own: all that the model writes must follow it, a thought before it too. */
  isWhole: boolean;
};

/** @throws {InvalidRequestError} two fields ask, or what is asked for cannot be a grammar. */
export function structuredGrammar(request: StructuredOutput): AskedGrammar | null {
  const asked = wishes(request);
  const [first, second] = asked;
  if (second !== undefined)
    throw new InvalidRequestError(
      `${first?.param} and ${second.param} both say what the answer looks like: send one.`,
      second.param,
    );
  if (first === undefined) return null;
  const { param, toGbnf } = first;
  return { gbnf: toGbnf(), param, isWhole: param.endsWith("grammar") };
}

type Wish = { param: string; toGbnf: () => string };

function wishes(request: StructuredOutput): Wish[] {
  const { structured_outputs: vllm } = request;
  const found: Wish[] = [];
  const wish = <T>(param: string, value: T | null | undefined, toGbnf: (value: T) => string) => {
    if (value != null && value !== "") found.push({ param, toGbnf: () => toGbnf(value) });
  };
  const { response_format: format } = request;
  wish("response_format", format?.type === "text" ? null : format, formatGrammar);
  wish("grammar", request.grammar, asItIs);
  wish("json_schema", request.json_schema, (schema) => schemaGrammar(schema, "json_schema"));
  wish("guided_json", request.guided_json, (json) => jsonOrText(json, "guided_json"));
  wish("guided_regex", request.guided_regex, (text) => regexGrammar(text, "guided_regex"));
  wish("guided_choice", request.guided_choice, choiceGrammar);
  wish("guided_grammar", request.guided_grammar, asItIs);
  const inside = (field: string) => `structured_outputs.${field}`;
  wish(inside("json"), vllm?.json, (json) => jsonOrText(json, inside("json")));
  wish(inside("regex"), vllm?.regex, (text) => regexGrammar(text, inside("regex")));
  wish(inside("choice"), vllm?.choice, choiceGrammar);
  wish(inside("grammar"), vllm?.grammar, asItIs);
  return found;
}

const asItIs = (gbnf: string) => gbnf;

function formatGrammar(format: ResponseFormat): string {
  if (format.type === "text") return "";
  const nested = format.type === "json_schema" ? format.json_schema?.schema : undefined;
  const schema = nested ?? format.schema;
  const param = nested == null ? "response_format.schema" : "response_format.json_schema.schema";
  if (schema != null) return schemaGrammar(schema, param);
  if (format.type === "json_object") return jsonGrammar();
  throw new InvalidRequestError("A json_schema needs its schema.", "response_format.json_schema");
}

/** vLLM's clients send a schema as JSON or as the text of it. */
function jsonOrText(json: unknown, param: string): string {
  return schemaGrammar(typeof json === "string" ? parsed(json, param) : json, param);
}

function parsed(text: string, param: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new InvalidRequestError("The schema is not valid JSON.", param);
  }
}
