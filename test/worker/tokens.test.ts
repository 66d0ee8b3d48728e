import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type {
  ContentTokens,
  DetokenizeAnswer,
  TokenCheckAnswer,
  TokenizeAnswer,
  TokenizerInfo,
} from "../../src/protocol/tokens.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
let embedder: RunningWorker;
beforeAll(async () => {
  const common = { host: "127.0.0.1", port: 0, threads: 1, slots: 1 };
  worker = await serveWorker({ ...common, modelPath: tinyModel(), names: ["tiny"] });
  const modelPath = tinyModel({ architecture: "bert" });
  embedder = await serveWorker({ ...common, modelPath, names: ["embedder"] });
});
afterAll(async () => {
  await worker.close();
  await embedder.close();
});

const post = (path: string, body: object, { url } = worker) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const ask = async <T>(path: string, body: object, to = worker) => {
  const response = await post(path, body, to);
  expect(response.status).toBe(200);
  return (await response.json()) as T;
};
const errorOf = async (response: Response) => ((await response.json()) as ErrorBody).error;
const messages = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "How deep is the sea, in naïve 🦙 units?" },
];
const tools = [{ type: "function", function: { name: "dive", parameters: { type: "object" } } }];

describe("POST /tokenize", () => {
  test.for(["/tokenize", "/v1/tokenize"])(
    "counts a prompt at %s as a completion does",
    async (path) => {
      const prompt = "The sea <|eot_id|> is deep";
      const { count, tokens, max_model_len, token_strs } = await ask<TokenizeAnswer>(path, {
        prompt,
      });
      const { usage } = await ask<{ usage: { prompt_tokens: number } }>("/v1/completions", {
        model: "tiny",
        prompt,
        max_tokens: 1,
      });
      expect(count).toBe(usage.prompt_tokens);
      expect(tokens).toHaveLength(count);
      expect([max_model_len, token_strs]).toEqual([2048, null]);
    },
  );

  test("begins with BOS unless told not to", async () => {
    const whole = await ask<TokenizeAnswer>("/tokenize", {
      model: "tiny",
      prompt: "The sea",
      return_token_strs: true,
    });
    expect(whole.token_strs).toEqual(["<|begin_of_text|>", "The", "Ġsea"]);
    const bare = await ask<TokenizeAnswer>("/tokenize", {
      prompt: "The sea",
      add_special_tokens: false,
    });
    expect(bare.tokens).toEqual(whole.tokens.slice(1));
  });

  test.for([
    {},
    { tools },
    { tools, tool_choice: "none" },
    { reasoning_effort: "none" },
    {
      messages: [...messages, { role: "assistant", content: "It is" }],
      continue_final_message: true,
    },
  ])("counts a conversation as a chat does (%j)", async (more) => {
    const body = { model: "tiny", messages, ...more };
    const { count } = await ask<TokenizeAnswer>("/tokenize", body);
    const { usage } = await ask<{ usage: { prompt_tokens: number } }>("/v1/chat/completions", {
      ...body,
      max_tokens: 1,
    });
    expect(count).toBe(usage.prompt_tokens);
    const counted = await ask<{ input_tokens: number }>("/v1/chat/completions/input_tokens", body);
    expect(counted.input_tokens).toBe(count);
  });

  test("answers llama-server's request in llama-server's shape", async () => {
    const content = "deep 🦙<|eot_id|>";
    const { tokens } = await ask<{ tokens: number[] }>("/tokenize", { content });
    const plain = await ask<{ tokens: number[] }>("/tokenize", { content, parse_special: false });
    expect(plain.tokens.length).toBeGreaterThan(tokens.length);
    const more = { content, add_special: true, with_pieces: true };
    const pieces = (await ask<ContentTokens>("/tokenize", more)).tokens as {
      id: number;
      piece: string | number[];
    }[];
    expect(pieces.map(({ id }) => id).slice(1)).toEqual(tokens);
    expect(pieces[0]?.piece).toBe("<|begin_of_text|>");
    expect(pieces.some(({ piece }) => Array.isArray(piece))).toBe(true);
    const bytes = pieces.flatMap(({ piece }) => [...Buffer.from(piece as string)]);
    expect(Buffer.from(bytes).toString()).toBe(`<|begin_of_text|>${content}`);
  });

  test("puts an embedding model's marks around a text", async () => {
    const { token_strs } = await ask<TokenizeAnswer>(
      "/tokenize",
      { prompt: "the sea", return_token_strs: true },
      embedder,
    );
    expect(token_strs).toEqual(["[CLS]", "▁the", "▁sea", "[SEP]"]);
  });

  test.for([
    [{}, "prompt"],
    [{ prompt: "a", content: "b" }, "prompt"],
    [{ prompt: 7 }, "prompt"],
    [{ messages: [] }, "messages"],
    [{ messages: [{ role: "nobody", content: "a" }] }, "messages[0].role"],
  ] as const)("refuses %j by the field's name", async ([body, param]) => {
    const response = await post("/tokenize", body);
    expect([response.status, (await errorOf(response)).param]).toEqual([400, param]);
  });

  test("refuses more text than it can tokenise in a second or so", async () => {
    const response = await post("/tokenize", { content: "a".repeat(2_000_001) });
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "content"]);
  });

  test("knows the model by its name", async () => {
    expect((await post("/tokenize", { model: "other", prompt: "a" })).status).toBe(404);
  });
});

describe("POST /detokenize", () => {
  test("gives back the text, under both names", async () => {
    const prompt = "naïve 🦙<|eot_id|> llamas";
    const { tokens } = await ask<TokenizeAnswer>("/tokenize", {
      prompt,
      add_special_tokens: false,
    });
    for (const path of ["/detokenize", "/v1/detokenize"])
      expect(await ask<DetokenizeAnswer>(path, { tokens })).toEqual({ prompt, content: prompt });
  });

  test("refuses ids that the vocabulary does not have", async () => {
    for (const tokens of [[10_000_000], [-1], ["a"]]) {
      const response = await post("/detokenize", { tokens });
      expect(response.status).toBe(400);
      expect((await errorOf(response)).param).toMatch(/^tokens/);
    }
    const asked = { model: worker.card.id, prompt: [10_000_000], max_tokens: 1 };
    const response = await post("/v1/completions", asked);
    expect([response.status, (await errorOf(response)).param]).toEqual([400, "prompt"]);
  });
});

describe("POST /apply-template", () => {
  test("gives the prompt that a chat is answered from", async () => {
    const { prompt } = await ask<{ prompt: string }>("/apply-template", { messages });
    expect(prompt).toContain("Be brief.");
    expect(prompt).toMatch(/<\|start_header_id\|>assistant<\|end_header_id\|>\n\n$/);
    const { count } = await ask<TokenizeAnswer>("/tokenize", { messages });
    expect((await ask<TokenizeAnswer>("/tokenize", { prompt })).count).toBe(count);
  });

  test("shows tools, and leaves the answer's head off where asked", async () => {
    const { prompt } = await ask<{ prompt: string }>("/apply-template", {
      messages,
      tools,
      add_generation_prompt: false,
    });
    expect(prompt).toContain('"dive"');
    expect(prompt).not.toContain("assistant");
  });

  test("is refused by a model that does not chat", async () => {
    const response = await post("/apply-template", { messages }, embedder);
    expect([response.status, (await errorOf(response)).code]).toEqual([
      400,
      "unsupported_capability",
    ]);
  });
});

describe("a model that only gives embeddings", () => {
  test.for<[string, object]>([
    ["/v1/chat/completions", { messages }],
    ["/v1/completions", { prompt: "x" }],
    ["/v1/messages", { messages: messages.slice(1), max_tokens: 1 }],
    ["/v1/responses", { input: "x" }],
    ["/api/chat", { messages }],
    ["/infill", { input_prefix: "x", input_suffix: "y" }],
  ])("says at %s where it is to be asked", async ([path, body]) => {
    const response = await post(path, { model: "embedder", ...body }, embedder);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("ask it at /v1/embeddings");
  });

  test("is told how to rank", async () => {
    const asked = { query: "x", documents: ["y"] };
    const error = await errorOf(await post("/v1/rerank", asked, embedder));
    expect(error).toMatchObject({ code: "unsupported_capability", param: "model" });
    expect(error.message).toContain("start a worker with a reranker");
  });
});

describe("GET /tokenizer_info", () => {
  test("tells what lm-eval asks", async () => {
    const info = (await (await fetch(`${worker.url}/tokenizer_info`)).json()) as TokenizerInfo;
    expect(info).toMatchObject({
      bos_token: "<|begin_of_text|>",
      eos_token: "<|eot_id|>",
      pad_token: "<|finetune_right_pad_id|>",
      add_bos_token: true,
      model_max_length: 2048,
    });
    expect(info.chat_template).toContain("start_header_id");
  });
});

describe("POST /api/v1/token_check", () => {
  const check = (prompts: object[], to = worker) =>
    ask<TokenCheckAnswer>("/api/v1/token_check", { prompts }, to);

  test("counts as a completion does, and says whether the answer fits too", async () => {
    const prompt = "one two three";
    const { count } = await ask<TokenizeAnswer>("/tokenize", { prompt });
    const { prompts } = await check([
      { model: "tiny", prompt, max_tokens: 10 },
      { model: "tiny", prompt, max_tokens: 2048 - count },
      { model: "tiny", prompt, max_tokens: 2049 - count },
    ]);
    expect(prompts).toEqual(
      [true, true, false].map((fits) => ({ fits, tokenCount: count, contextLength: 2048 })),
    );
  });

  test("refuses a prompt of another model", async () => {
    const body = { prompts: [{ model: "gone", prompt: "one", max_tokens: 1 }] };
    expect((await post("/api/v1/token_check", body)).status).toBe(404);
  });
});
