/** @file Log-probabilities over HTTP, in both of OpenAI's shapes, and as evaluation harnesses ask for them. */
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { directLogprobs } from "../support/direct-logprobs.ts";
import { tinyModel } from "../support/tiny-models.ts";

const modelPath = tinyModel({ architecture: "qwen2" });
let worker: RunningWorker;
let client: OpenAI;
const messages = [{ role: "user" as const, content: "Tell me about llamas. 🦙" }];
const endless = { ignore_eos: true } as object;

beforeAll(async () => {
  worker = await serveWorker({
    modelPath,
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
  });
  client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
}, 20_000);
afterAll(() => worker?.close());

describe("logprobs of a chat", () => {
  const body = { model: "tiny", messages, max_tokens: 24, seed: 5, logprobs: true, ...endless };

  test("are sorted, have the bytes of each token, and join to the content", async () => {
    const answer = await client.chat.completions.create({ ...body, top_logprobs: 5 });
    const [choice] = answer.choices;
    const told = choice?.logprobs?.content ?? [];
    expect(told.length).toBeGreaterThan(10);
    expect(told.map(({ token }) => token).join("")).toBe(choice?.message.content);
    for (const { logprob, top_logprobs } of told) {
      expect(logprob).toBeLessThanOrEqual(0);
      const values = top_logprobs.map((one) => one.logprob);
      expect(values).toHaveLength(5);
      expect(values).toEqual([...values].sort((a, b) => b - a));
    }
    const bytes = told.flatMap((one) => one.bytes ?? []);
    expect(new TextDecoder().decode(Uint8Array.from(bytes))).toBe(choice?.message.content);
  });

  test("come with the streamed text they belong to", async () => {
    const stream = await client.chat.completions.create({ ...body, stream: true });
    let content = "";
    for await (const { choices } of stream) {
      const [choice] = choices;
      const text = choice?.delta.content ?? "";
      const told = choice?.logprobs?.content ?? [];
      expect(told.map(({ token }) => token).join("")).toBe(text);
      content += text;
    }
    const whole = await client.chat.completions.create(body);
    expect(content).toBe(whole.choices[0]?.message.content);
  });

  test("are not there unless asked for; top_logprobs alone is refused", async () => {
    const plain = await client.chat.completions.create({ ...body, logprobs: false });
    expect(plain.choices[0]?.logprobs).toBeNull();
    const wrong = client.chat.completions.create({ ...body, logprobs: false, top_logprobs: 2 });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: "top_logprobs" });
  });

  test("go on for more choices than there are slots", async () => {
    const answer = await client.chat.completions.create({ ...body, n: 9, max_tokens: 6 });
    expect(answer.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
    expect(answer.usage?.completion_tokens).toBe(54);
  });
});

describe("logprobs of a completion", () => {
  const tokenize = async (prompt: string): Promise<number[]> => {
    const response = await fetch(`${worker.url}/tokenize`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "tiny", prompt }),
    });
    return ((await response.json()) as { tokens: number[] }).tokens;
  };

  test("have OpenAI's old shape", async () => {
    const prompt = "Once upon a time";
    const { choices } = await client.completions.create({
      model: "tiny",
      prompt,
      max_tokens: 8,
      logprobs: 3,
      echo: true,
      ...endless,
    });
    const [choice] = choices;
    const told = choice?.logprobs;
    expect(choice?.text.startsWith(prompt)).toBe(true);
    expect(told?.tokens?.join("")).toBe(choice?.text);
    expect(told?.token_logprobs?.[0]).toBeNull();
    expect(told?.top_logprobs?.[0]).toBeNull();
    for (const [i, token] of (told?.tokens ?? []).entries()) {
      expect(choice?.text.startsWith(token, told?.text_offset?.[i])).toBe(true);
      if (i > 0) expect(told?.top_logprobs?.[i]?.[token]).toBe(told?.token_logprobs?.[i]);
    }
  });

  test("score a text as lm-eval asks for it: token ids, echo, one token more", async () => {
    const texts = ["The sky is blue.", "Llamas hum when they are content."];
    const prompts = await Promise.all(texts.map(tokenize));
    const ask = { model: "tiny", max_tokens: 1, logprobs: 1, echo: true, temperature: 0, seed: 1 };
    const { choices } = await client.completions.create({ ...ask, prompt: prompts });
    expect(choices.map(({ index }) => index)).toEqual([0, 1]);
    for (const [i, { logprobs }] of choices.entries()) {
      expect(logprobs?.token_logprobs).toHaveLength((prompts[i]?.length ?? 0) + 1);
      const scored = (logprobs?.token_logprobs ?? []).slice(1, -1);
      expect(scored.every((value) => typeof value === "number" && value <= 0)).toBe(true);
      const tokens = prompts[i] ?? [];
      const rows = directLogprobs(modelPath, tokens);
      const direct = tokens.slice(1).map((token, at) => rows[at]?.[token] ?? 0);
      const sum = (values: (number | null)[]) => values.reduce((a: number, b) => a + (b ?? 0), 0);
      expect(Math.abs(sum(scored) - sum(direct))).toBeLessThan(5e-3);
    }
  });

  test("of the prompt alone need no further token", async () => {
    const { choices, usage } = await client.completions.create({
      model: "tiny",
      prompt: "One two three",
      max_tokens: 0,
      logprobs: 0,
      echo: true,
    });
    expect(choices[0]?.text).toBe("One two three");
    expect(usage?.completion_tokens).toBe(0);
    expect(choices[0]?.logprobs?.tokens).toHaveLength(usage?.prompt_tokens ?? 0);
  });

  test("choose the best of several", async () => {
    const ask = {
      model: "tiny",
      prompt: "A",
      max_tokens: 6,
      temperature: 1.5,
      seed: 3,
      ...endless,
    };
    const all = await client.completions.create({ ...ask, n: 6, logprobs: 0 });
    const means = all.choices.map(({ logprobs, text }) => {
      const values = (logprobs?.token_logprobs ?? []) as number[];
      return { text, mean: values.reduce((a, b) => a + b, 0) / values.length };
    });
    const order = means.sort((a, b) => b.mean - a.mean).map(({ text }) => text);
    const best = await client.completions.create({ ...ask, n: 2, best_of: 6 });
    expect(best.choices.map(({ text }) => text)).toEqual(order.slice(0, 2));
    expect(best.choices[0]?.logprobs).toBeNull();
    expect(best.usage?.completion_tokens).toBe(36);
  });

  test("of a prompt of one token come with it", async () => {
    const ask = { model: "tiny", prompt: [65], max_tokens: 0, logprobs: 1, echo: true };
    const { choices } = await client.completions.create(ask);
    expect(choices[0]?.logprobs).toMatchObject({
      tokens: [choices[0]?.text],
      token_logprobs: [null],
    });
  });

  test("are answered for more prompts than may wait, one request that they are", async () => {
    const prompt = Array.from({ length: 70 }, (_, i) => `Prompt number ${i}`);
    const ask = { model: "tiny", prompt, max_tokens: 2, ...endless };
    const { choices } = await client.completions.create(ask);
    expect(choices.map(({ index }) => index)).toEqual(prompt.map((_, i) => i));
    const stream = await client.completions.create({ ...ask, stream: true });
    const seen = new Set<number>();
    for await (const chunk of stream) for (const { index } of chunk.choices) seen.add(index);
    expect(seen.size).toBe(70);
  });

  test("leave nothing running where one of several prompts is refused", async () => {
    const prompt = ["fine", "much too long ".repeat(3000)];
    const wrong = client.completions.create({ model: "tiny", prompt, max_tokens: 200, ...endless });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: "prompt" });
    const slots = await fetch(`${worker.url}/slots`);
    const states = (await slots.json()) as { busy: boolean }[];
    expect(states.some(({ busy }) => busy)).toBe(false);
  });

  test.for([
    [{ logprobs: 20, n: 128, prompt: Array.from({ length: 900 }, () => 65) }, "logprobs"],
    [{ n: 100, prompt: Array.from({ length: 100 }, () => "x") }, "prompt"],
    [{ logit_bias: { ["x".repeat(300)]: 1 }, prompt: "x" }, "logit_bias"],
    [
      {
        logit_bias: Object.fromEntries(
          Array.from({ length: 100 }, (_, i) => [`${i}${"漢".repeat(200)}`, 1]),
        ),
        prompt: "x",
      },
      "logit_bias",
    ],
  ] as const)("are refused beyond what one request may cost: %j", async ([more, param]) => {
    const body = { model: "tiny", max_tokens: 1, echo: true, ...more };
    const error = await client.completions.create(body as never).catch((e: unknown) => e);
    expect(error).toMatchObject({ status: 400, param: expect.stringContaining(param) });
  });
});
