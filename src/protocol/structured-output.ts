/**
 * @file What an answer's text must look like, in the words of OpenAI, llama-server and vLLM. A
 * request may say it once.
 */
import { z } from "zod";

/** A JSON Schema; what of it is understood, and its limits, the grammar room says. */
const Schema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
/** Grammars and patterns are compiled within limits of their own. */
const gbnf = z.string().min(1).max(262_144);
const pattern = z.string().min(1).max(2000);
const choices = z.array(z.string().min(1).max(4096)).min(1).max(1000);

export const ResponseFormat = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text") }),
  z.object({ type: z.literal("json_object"), schema: Schema.nullish() }),
  z.object({
    type: z.literal("json_schema"),
    json_schema: z
      .object({
        name: z.string().max(64).nullish(),
        description: z.string().nullish(),
        schema: Schema.nullish(),
        strict: z.boolean().nullish(),
      })
      .nullish(),
    /** llama-server's place for it. */
    schema: Schema.nullish(),
  }),
]);
export type ResponseFormat = z.infer<typeof ResponseFormat>;

export const StructuredOutputFields = {
  response_format: ResponseFormat.nullish(),
  /** GBNF, as in llama.cpp. */
  grammar: gbnf.nullish().or(z.literal("")),
  json_schema: Schema.nullish(),
  guided_json: Schema.or(z.string().max(1_000_000)).nullish(),
  guided_regex: pattern.nullish(),
  guided_choice: choices.nullish(),
  guided_grammar: gbnf.nullish(),
  structured_outputs: z
    .object({
      json: Schema.or(z.string().max(1_000_000)).nullish(),
      regex: pattern.nullish(),
      choice: choices.nullish(),
      grammar: gbnf.nullish(),
    })
    .nullish(),
};

const StructuredOutput = z.object(StructuredOutputFields).partial();
export type StructuredOutput = z.infer<typeof StructuredOutput>;
