/** @file What llama-server's clients ask of a chat beyond OpenAI: progress, timings, thoughts, one message written on. */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readEvents } from "../../src/http/sse.ts";
import type { ChatCompletion } from "../../src/protocol/openai.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
const template = new URL("../fixtures/templates/qwen3.jinja", import.meta.url);
const messages = [{ role: "user", content: "Why is the sky blue? ".repeat(40) }];

beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2", contextLength: 4096 }),
    chatTemplate: readFileSync(template, "utf8"),
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 2,
    batchSize: 128,
  });
}, 20_000);
afterAll(() => worker?.close());

function post(more: object): Promise<Response> {
  return fetch(`${worker.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "tiny", messages, max_tokens: 8, ignore_eos: true, ...more }),
  });
}

async function whole(more: object): Promise<ChatCompletion> {
  return (await (await post(more)).json()) as ChatCompletion;
}

type Chunk = {
  choices: { delta: { content?: string; reasoning_content?: string } }[];
  prompt_progress?: { total: number; cache: number; processed: number; time_ms: number };
  timings?: { predicted_n: number };
};

async function streamed(more: object): Promise<Chunk[]> {
  const { body } = await post({ ...more, stream: true });
  const chunks: Chunk[] = [];
  for await (const { data } of readEvents(body as unknown as AsyncIterable<Uint8Array>))
    if (data !== "[DONE]") chunks.push(JSON.parse(data));
  return chunks;
}

/** A model that knows nothing says this, because nothing else is allowed. */
const saying = (text: string) => ({ grammar: `root ::= ${JSON.stringify(text)}`, max_tokens: 200 });

describe("return_progress", () => {
  test("tells how far a long prompt is read, before the first token", async () => {
    const chunks = await streamed({ return_progress: true, cache_prompt: false });
    const progress = chunks.flatMap((chunk) => chunk.prompt_progress ?? []);
    expect(progress.length).toBeGreaterThan(1);
    const processed = progress.map((one) => one.processed);
    expect(processed).toEqual([...processed].sort((a, b) => a - b));
    expect(processed.at(-1)).toBe(progress[0]?.total);
    const first = chunks.findIndex(({ choices }) => choices.length > 0);
    expect(chunks.findLastIndex((chunk) => chunk.prompt_progress !== undefined)).toBeLessThan(
      first,
    );
  });

  test("is silent unless it is asked for", async () => {
    const chunks = await streamed({});
    expect(chunks.some((chunk) => "prompt_progress" in chunk)).toBe(false);
  });
});

describe("timings_per_token", () => {
  test("counts up with the text", async () => {
    const chunks = await streamed({ timings_per_token: true });
    const counts = chunks.flatMap(({ timings }) => timings?.predicted_n ?? []);
    expect(counts.length).toBeGreaterThan(3);
    expect(counts).toEqual([...counts].sort((a, b) => a - b));
  });
});

describe("thoughts", () => {
  test("are told apart from the answer, and counted", async () => {
    const answer = await whole(saying("<think>\nBecause.\n</think>\n\nIt scatters."));
    expect(answer.choices[0]?.message).toMatchObject({
      content: "It scatters.",
      reasoning_content: "Because.",
    });
    const { completion_tokens_details: details, completion_tokens: all } = answer.usage;
    expect(details.reasoning_tokens).toBeGreaterThan(0);
    expect(details.reasoning_tokens).toBeLessThan(all);
  });

  test("are streamed as they come", async () => {
    const chunks = await streamed(saying("<think>\nBecause.\n</think>\n\nIt scatters."));
    const join = (field: "content" | "reasoning_content") =>
      chunks.map(({ choices }) => choices[0]?.delta[field] ?? "").join("");
    expect(join("reasoning_content")).toBe("Because.");
    expect(join("content")).toBe("It scatters.");
  });

  test("stay in the text where reasoning_format is none", async () => {
    const text = "<think>\nBecause.\n</think>\n\nIt scatters.";
    const answer = await whole({ ...saying(text), reasoning_format: "none" });
    expect(answer.choices[0]?.message.content).toBe(text);
  });

  test("leave the log-probabilities to the answer's own tokens", async () => {
    const answer = await whole({
      ...saying("<think>\nBecause.\n</think>\n\nIt scatters."),
      logprobs: true,
    });
    const told = answer.choices[0]?.logprobs?.content ?? [];
    expect(told.map(({ token }) => token).join("")).toBe("It scatters.");
  });

  test.for([
    [{ reasoning_effort: "none" }],
    [{ reasoning: { effort: "none" } }],
    [{ reasoning: { enabled: false } }],
    [{ thinking_budget_tokens: 0 }],
    [{ chat_template_kwargs: { enable_thinking: false } }],
  ])("are not asked for with %j", async ([more]) => {
    const off = await whole({ ...more, max_tokens: 1 });
    const on = await whole({ max_tokens: 1 });
    // Qwen's template closes an empty thought itself.
    expect(off.usage.prompt_tokens).toBeGreaterThan(on.usage.prompt_tokens);
  });
});

describe("continue_final_message", () => {
  test("writes the assistant's message on", async () => {
    const begun = [...messages, { role: "assistant", content: "It is because" }];
    const answer = await whole({
      messages: begun,
      add_generation_prompt: false,
      continue_final_message: true,
      chat_template_kwargs: { enable_thinking: false },
      ...saying(" of light."),
    });
    expect(answer.choices[0]?.message.content).toBe(" of light.");
  });
});
