/** @file What a request may ask of our own engine, but not of Anthropic: each is refused by name. */
import { InvalidRequestError } from "../../errors/request-errors.ts";
import type { ChatRequest } from "../../protocol/openai.ts";

const absent: [field: keyof ChatRequest, isAsked: (request: ChatRequest) => boolean][] = [
  ["logprobs", ({ logprobs }) => logprobs === true],
  ["logit_bias", ({ logit_bias }) => Object.keys(logit_bias ?? {}).length > 0],
  ["grammar", ({ grammar }) => Boolean(grammar)],
  ["json_schema", ({ json_schema }) => json_schema != null],
  ["guided_json", ({ guided_json }) => guided_json != null],
  ["guided_regex", ({ guided_regex }) => guided_regex != null],
  ["guided_choice", ({ guided_choice }) => guided_choice != null],
  ["guided_grammar", ({ guided_grammar }) => guided_grammar != null],
  [
    "structured_outputs",
    ({ structured_outputs: out }) => Object.values(out ?? {}).some((one) => one != null),
  ],
];

/** @throws {InvalidRequestError} the answer would not be what was asked for. */
export function assertServed(model: string, request: ChatRequest): void {
  const field = absent.find(([, isAsked]) => isAsked(request))?.[0];
  if (field === undefined) return;
  throw new InvalidRequestError(
    `The model '${model}' is served by Anthropic's API, which has no ${field}.`,
    field,
  );
}

/**
 * The schema that the answer has to follow; null where there is none.
 *
 * @throws {InvalidRequestError} JSON is asked for without one.
 */
export function schemaOf(
  model: string,
  { response_format: format }: ChatRequest,
): Record<string, unknown> | null {
  if (format == null || format.type === "text") return null;
  const schema =
    format.schema ?? (format.type === "json_schema" ? format.json_schema?.schema : undefined);
  if (typeof schema === "object" && schema !== null) return schema;
  throw new InvalidRequestError(
    `The model '${model}' is served by Anthropic's API, which writes JSON by a schema alone: send a response_format of type json_schema with one.`,
    "response_format",
  );
}
