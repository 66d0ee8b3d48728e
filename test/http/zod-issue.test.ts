/** @file What a client reads when its request is not what a schema says. */
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { toRequestError } from "../../src/http/zod-issue.ts";
import { ChatRequest } from "../../src/protocol/openai.ts";

function refusal(schema: z.ZodType, value: unknown, names?: Record<string, string>) {
  const { error } = schema.safeParse(value);
  if (error === undefined) throw new Error("The schema takes it.");
  const { message, param } = toRequestError(error, value, names);
  return { message, param };
}

const user = { role: "user", content: "Hi" };
const asked = (fields: object) => ({ model: "m", messages: [user], ...fields });
const sound = { type: "input_audio", input_audio: {} };
const roles = "'system', 'developer', 'user', 'assistant' or 'tool'";

describe("toRequestError", () => {
  test.for<[object, string, string]>([
    [{ model: "m" }, "messages", "'messages' is missing."],
    [{ messages: [user] }, "model", "'model' is missing."],
    [{ model: "", messages: [user] }, "model", "'model' must not be empty."],
    [asked({ messages: [] }), "messages", "'messages' must not be empty."],
    [asked({ messages: "Hi" }), "messages", "'messages' must be a list."],
    [
      asked({ messages: [{ role: "user" }] }),
      "messages[0].content",
      "'messages[0].content' is missing.",
    ],
    [
      asked({ messages: [{ role: "user", content: 3 }] }),
      "messages[0].content",
      "'messages[0].content' must be a string or a list.",
    ],
    [
      asked({ messages: [user, { content: "x" }] }),
      "messages[1].role",
      "'messages[1].role' is missing.",
    ],
    [
      asked({ messages: [{ role: "bot", content: "x" }] }),
      "messages[0].role",
      `'messages[0].role' must be ${roles}.`,
    ],
    [
      asked({ messages: [{ role: "user", content: [{}] }] }),
      "messages[0].content[0].type",
      "'messages[0].content[0].type' is missing.",
    ],
    [
      asked({ messages: [{ role: "user", content: [{ type: "text" }] }] }),
      "messages[0].content[0].text",
      "'messages[0].content[0].text' is missing.",
    ],
    [
      asked({ messages: [{ role: "user", content: [sound] }] }),
      "messages[0].content[0].type",
      "Invalid 'messages[0].content[0].type': Content of type 'input_audio' cannot be read: send text or image_url.",
    ],
    [asked({ tools: [{}] }), "tools[0].type", "'tools[0].type' is missing."],
    [asked({ temperature: 3 }), "temperature", "'temperature' must be at most 2."],
    [asked({ max_tokens: 1.5 }), "max_tokens", "'max_tokens' must be a whole number."],
    [asked({ stream: "yes" }), "stream", "'stream' must be true or false."],
    [asked({ stop: [""] }), "stop[0]", "'stop[0]' must not be empty."],
    [
      asked({ reasoning_effort: "much" }),
      "reasoning_effort",
      "'reasoning_effort' must be 'none', 'minimal', 'low', 'medium', 'high' or 'xhigh'.",
    ],
    [
      asked({ logit_bias: { 5: "x" } }),
      "logit_bias.5",
      "'logit_bias.5' must be a number or false.",
    ],
    [
      asked({ chat_template_kwargs: { evil: 1 } }),
      "chat_template_kwargs.evil",
      "'chat_template_kwargs.evil' is not known here.",
    ],
    [
      asked({ top_logprobs: 2 }),
      "top_logprobs",
      "Invalid 'top_logprobs': top_logprobs needs logprobs to be true.",
    ],
  ])("says of %j what is wrong with %s", ([body, param, message]) => {
    expect(refusal(ChatRequest, body)).toEqual({ param, message });
  });

  test.for([3, null, "text", []])("says of %j that it is no object", (body) => {
    expect(refusal(ChatRequest, body)).toEqual({
      param: null,
      message: "The body must be an object.",
    });
  });

  test("keeps a complaint about a field that is missing where the schema words it", () => {
    const schema = z
      .object({ a: z.string().optional(), b: z.string() })
      .refine(({ a }) => a !== undefined, { path: ["a"], error: "b needs a." });
    expect(refusal(schema, { b: "x" }).message).toBe("Invalid 'a': b needs a.");
  });

  test("of alternatives names the one of the value's own kind", () => {
    const schema = z.object({ a: z.union([z.string(), z.array(z.string()).max(1)]) });
    expect(refusal(schema, { a: ["", ""] }).message).toBe("'a' must have at most 1 entries.");
  });

  test("calls a field as the client does", () => {
    const schema = z.object({ max_tokens: z.int().min(1) });
    expect(refusal(schema, { max_tokens: 0 }, { max_tokens: "options" })).toEqual({
      param: "options",
      message: "'options' must be at least 1.",
    });
  });
});
