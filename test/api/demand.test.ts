import { describe, expect, test } from "vitest";
import { answerTokens, bodyTokens, Routable } from "../../src/api/demand.ts";
import type { Capability } from "../../src/protocol/openai.ts";

const tokens = (body: object, capability: Capability = "chat") =>
  answerTokens(capability, Routable.parse(body));

describe("the tokens of an answer", () => {
  test.for<[string, object]>([
    ["OpenAI's max_completion_tokens", { max_completion_tokens: 50, max_tokens: 90 }],
    ["Anthropic's max_tokens", { max_tokens: 50 }],
    ["the Responses' max_output_tokens", { max_output_tokens: 50 }],
    ["Ollama's options.num_predict", { options: { num_predict: 50, temperature: 0 } }],
    ["llama-server's n_predict", { n_predict: 50 }],
  ])("are as many as %s says", ([, body]) => {
    expect(tokens(body)).toBe(50);
  });

  test("are those of all choices, also of the ones that only the best are taken from", () => {
    expect(tokens({ max_tokens: 50, n: 3 })).toBe(150);
    expect(tokens({ max_tokens: 50, n: 3, best_of: 8, prompt: "x" }, "completions")).toBe(400);
  });

  test("are those of all prompts of a list", () => {
    const count = (prompt: unknown) => tokens({ max_tokens: 50, prompt }, "completions");
    expect(count(["a", "b", "c"])).toBe(150);
    expect(count([[1, 2], [3]])).toBe(100);
    expect(count([1, 2, 3])).toBe(50);
    expect(count([])).toBe(50);
  });

  test("are guessed where nothing usable is said, and are none where nothing is generated", () => {
    for (const body of [{}, { n_predict: -1 }, { options: { num_predict: -2 } }, { options: 7 }])
      expect(tokens(body)).toBe(256);
    expect(tokens({ max_tokens: 1e7 })).toBe(4096);
    expect(tokens({ max_tokens: 1, n: 1e9 })).toBe(128);
    expect(tokens({ max_tokens: 0 }, "completions")).toBe(0);
    expect(tokens({ max_tokens: 50 }, "embeddings")).toBe(0);
  });
});

describe("the tokens of a body", () => {
  const counted = (body: object) => bodyTokens(JSON.stringify(body).length, body);
  const base64 = Buffer.alloc(600_000, 7).toString("base64");
  const shown = (part: object) => ({ messages: [{ role: "user", content: ["Hi", part] }] });

  test("are a quarter of its bytes", () => {
    expect(counted({ prompt: "x".repeat(387) })).toBe(100);
    expect(counted({ prompt: "many words ".repeat(50_000) })).toBe(137_504);
  });

  test.for<[string, object]>([
    ["OpenAI's", shown({ image_url: { url: `data:image/png;base64,${base64}` } })],
    ["Anthropic's", shown({ source: { type: "base64", data: base64 } })],
    ["the Responses'", { input: shown({ image_url: `data:image/png;base64,${base64}` }).messages }],
    ["Ollama's", { prompt: "Hi", images: [base64] }],
  ])("are a thousand for a picture: %s", ([, body]) => {
    expect(counted(body)).toBeGreaterThan(1000);
    expect(counted(body)).toBeLessThan(1050);
  });

  test("are the same for each of two pictures", () => {
    expect(counted({ images: [base64, base64] })).toBeLessThan(2050);
  });
});
