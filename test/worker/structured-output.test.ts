/** @file Answers that must have a form, by a model that knows none: random weights, official client. */
import { Ajv2020 } from "ajv/dist/2020.js";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { z } from "zod";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
let client: OpenAI;
const messages = [{ role: "user" as const, content: "Who are you?" }];
const ask = { model: "tiny", messages, max_tokens: 400, temperature: 0.9 };

beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2" }),
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
  });
  client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
}, 20_000);
afterAll(() => worker?.close());

async function answered(more: object): Promise<string> {
  const answer = await client.chat.completions.create({ ...ask, ...more });
  return answer.choices[0]?.message.content ?? "";
}

describe("structured output", () => {
  test("parses into the client's own zod schema", async () => {
    const Animal = z.object({
      kind: z.enum(["llama", "alpaca"]),
      legs: z.int().min(2).max(8),
      tame: z.boolean(),
    });
    const answer = await client.chat.completions.parse({
      ...ask,
      response_format: zodResponseFormat(Animal, "animal"),
    });
    const parsed = answer.choices[0]?.message.parsed;
    expect(Animal.safeParse(parsed).success).toBe(true);
    expect(answer.choices[0]?.finish_reason).toBe("stop");
  });

  test("is a JSON object where json_object is asked for, and nothing is in the way", async () => {
    const text = await answered({ response_format: { type: "json_object" }, max_tokens: 2000 });
    if (text.trimEnd().endsWith("}")) expect(typeof JSON.parse(text)).toBe("object");
    expect(text.startsWith("{")).toBe(true);
  });

  test.for([
    ["guided_choice", { guided_choice: ["yes", "no"] }, /^(yes|no)$/],
    ["guided_regex", { guided_regex: "[a-c]{3}-[0-9]{2}" }, /^[a-c]{3}-[0-9]{2}$/],
    ["structured_outputs", { structured_outputs: { regex: "x+y" } }, /^x+y$/],
    ["grammar", { grammar: 'root ::= "<" [a-z]{2} ">"' }, /^<[a-z]{2}>$/],
    ["json_schema", { json_schema: { enum: [1, "one"] } }, /^(1|"one")$/],
    ["guided_json", { guided_json: '{"const":{"a":[]}}' }, /^\{"a": ?\[\]\}$/],
  ] as const)("follows %s", async ([, field, pattern]) => {
    expect(await answered(field)).toMatch(pattern);
  });

  test("streams the same", async () => {
    const schema = {
      type: "object",
      properties: { n: { type: "integer", minimum: 5, maximum: 7 } },
    };
    const stream = await client.chat.completions.create({
      ...ask,
      stream: true,
      response_format: { type: "json_schema", json_schema: { name: "n", schema } },
    });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    expect(new Ajv2020().validate(schema, JSON.parse(text))).toBe(true);
  });

  test.for([
    [{ grammar: "root ::= (" }, "grammar"],
    [{ guided_regex: "(a" }, "guided_regex"],
    [{ response_format: { type: "json_schema" } }, "response_format.json_schema"],
    [{ json_schema: { type: "nonsense" } }, "json_schema"],
    [{ guided_choice: ["a"], guided_regex: "a" }, "guided_choice"],
  ] as const)("refuses %j by the field's name", async ([field, param]) => {
    await expect(answered(field)).rejects.toMatchObject({
      status: 400,
      param: expect.stringContaining(param),
    });
  });
});
