/** @file Whatever a dialect's schema lets through, its chat request is one that ours lets through. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import * as anthropic from "../../src/dialects/anthropic/to-chat-request.ts";
import * as ollama from "../../src/dialects/ollama/to-chat-request.ts";
import * as responses from "../../src/dialects/responses/to-chat-request.ts";
import { MessagesRequest } from "../../src/protocol/anthropic.ts";
import { OllamaChatRequest } from "../../src/protocol/ollama.ts";
import { ChatRequest } from "../../src/protocol/openai.ts";
import { ResponsesRequest } from "../../src/protocol/responses.ts";

const { constant, constantFrom, record, array, oneof, string } = fc;
const word = string({ minLength: 1, maxLength: 8 });
const data = fc.dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 });
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const tools = <T>(tool: fc.Arbitrary<T>) => array(tool, { minLength: 1, maxLength: 3 });

const textBlock = record({ type: constant("text"), text: string() });
const imageBlock = record({
  type: constant("image"),
  source: oneof(
    record({ type: constant("base64"), media_type: constant("image/png"), data: string() }),
    record({ type: constant("url"), url: word }),
  ),
});
const block = oneof(
  textBlock,
  record({ type: constant("thinking"), thinking: string(), signature: string() }),
  record({ type: constant("tool_use"), id: word, name: word, input: data }),
  record({
    type: constant("tool_result"),
    tool_use_id: word,
    content: maybe(oneof(string(), array(oneof(textBlock, imageBlock)))),
    is_error: maybe(fc.boolean()),
  }),
);
const anthropicRequest = record({
  model: word,
  max_tokens: fc.integer({ min: 1, max: 9999 }),
  messages: array(
    oneof(
      record({ role: constantFrom("user", "assistant"), content: oneof(string(), array(block)) }),
      record({ role: constant("user"), content: array(oneof(block, imageBlock)) }),
    ),
    { minLength: 1, maxLength: 6 },
  ),
  system: maybe(oneof(string(), array(textBlock))),
  stop_sequences: maybe(array(word, { maxLength: 4 })),
  tools: tools(record({ name: word, description: maybe(string()), input_schema: data })),
  tool_choice: maybe(
    oneof(
      record({ type: constantFrom("auto", "any"), disable_parallel_tool_use: maybe(fc.boolean()) }),
      record({ type: constant("tool"), name: word }),
      record({ type: constant("none") }),
    ),
  ),
  thinking: maybe(
    oneof(
      record({ type: constant("enabled"), budget_tokens: fc.integer({ min: 1, max: 9999 }) }),
      record({ type: constantFrom("disabled", "adaptive") }),
    ),
  ),
  temperature: maybe(fc.float({ min: 0, max: 1, noNaN: true })),
  top_k: maybe(fc.nat(1000)),
});

const part = record({ type: constantFrom("input_text", "output_text"), text: string() });
const image = record({ type: constant("input_image"), image_url: word, detail: maybe(word) });
const item = oneof(
  record({ role: constant("user"), content: array(oneof(part, image)) }),
  record({
    role: constantFrom("user", "assistant", "system", "developer"),
    content: oneof(string(), array(part)),
  }),
  record({ type: constant("function_call"), call_id: word, name: word, arguments: string() }),
  record({ type: constant("function_call_output"), call_id: word, output: string() }),
  record({ type: constant("reasoning"), id: word, summary: array(part) }),
);
const responsesRequest = record({
  model: word,
  input: oneof(string(), array(item, { minLength: 1, maxLength: 8 })),
  instructions: maybe(string()),
  tools: tools(record({ type: constant("function"), name: word, parameters: maybe(data) })),
  tool_choice: maybe(
    oneof(
      constantFrom("none", "auto", "required"),
      record({ type: constant("function"), name: word }),
    ),
  ),
  include: maybe(constant(["message.output_text.logprobs"])),
  top_logprobs: maybe(fc.nat(20)),
  max_output_tokens: maybe(fc.integer({ min: 1, max: 9999 })),
  reasoning: maybe(record({ effort: constantFrom("none", "low", "high") })),
});

const ollamaRequest = record({
  model: word,
  messages: array(
    oneof(
      record({ role: constant("user"), content: string(), images: array(word) }),
      record({
        role: constantFrom("system", "user", "assistant", "tool"),
        content: string(),
        thinking: maybe(string()),
        tool_calls: maybe(
          array(record({ function: record({ name: word, arguments: data }) }), { maxLength: 3 }),
        ),
        tool_name: maybe(word),
      }),
    ),
    { minLength: 1, maxLength: 8 },
  ),
  tools: maybe(tools(record({ function: record({ name: word, parameters: maybe(data) }) }))),
  format: maybe(oneof(constantFrom("json", ""), data)),
  think: maybe(constantFrom(true, false, "low", "max")),
  options: maybe(record({ num_predict: fc.integer({ min: -2, max: 99 }), seed: fc.integer() })),
  logprobs: maybe(fc.boolean()),
  top_logprobs: maybe(fc.nat(20)),
});

/** Holds for the same 300 requests each time. */
function alwaysChats<T extends z.ZodType>(
  requests: fc.Arbitrary<unknown>,
  schema: T,
  toChat: (request: z.output<T>) => unknown,
): void {
  const property = fc.property(requests, (request) => {
    const parsed = ChatRequest.safeParse(toChat(schema.parse(request)));
    expect(parsed.error?.issues ?? []).toEqual([]);
  });
  fc.assert(property, {
    numRuns: Number(process.env.RUNS ?? 300),
    seed: Number(process.env.SEED ?? 6),
  });
}

describe("a request that its own schema accepts", () => {
  test("of Anthropic's makes a chat request", () => {
    alwaysChats(anthropicRequest, MessagesRequest, anthropic.toChatRequest);
  });

  test("of the Responses API makes a chat request", () => {
    alwaysChats(responsesRequest, ResponsesRequest, (request) =>
      responses.toChatRequest(request, responses.toItems(request)),
    );
  });

  test("of Ollama's makes a chat request", () => {
    alwaysChats(ollamaRequest, OllamaChatRequest, ollama.toChatRequest);
  });
});

describe("Anthropic's conversation", () => {
  const toChat = (fields: object) =>
    anthropic.toChatRequest(
      MessagesRequest.parse({
        model: "m",
        max_tokens: 1,
        messages: [{ role: "user", content: "x" }],
        ...fields,
      }),
    );

  test("joins messages of the user's in a row, for templates that know turns alone", () => {
    const user = (content: string) => ({ role: "user", content });
    expect(toChat({ messages: [user("a"), user("b")] }).messages).toEqual([user("a\n\nb")]);
  });

  test("drops the line that is for the bill, so that the prompt's beginning stays the same", () => {
    const system = "x-anthropic-billing-header: cch=a5145;\nYou are helpful.";
    expect(toChat({ system }).messages[0]).toEqual({ role: "system", content: "You are helpful." });
  });

  test("has a schema for its answer where output_config says one", () => {
    const format = { type: "json_schema", schema: { type: "object" } };
    expect(toChat({ output_config: { format } }).response_format).toEqual({
      type: "json_schema",
      json_schema: { schema: { type: "object" } },
    });
  });
});
