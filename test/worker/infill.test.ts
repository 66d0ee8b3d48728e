import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import { qwenCoderFamily } from "../../src/fresh/families.ts";
import { readEvents } from "../../src/http/sse.ts";
import type { LlamaCompletion, LlamaPiece } from "../../src/protocol/infill.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

const common = { host: "127.0.0.1", port: 0, threads: 1, slots: 2, contextSize: 512 };
let worker: RunningWorker;
let chatter: RunningWorker;
beforeAll(async () => {
  const modelPath = tinyModel({ architecture: "qwen2", family: qwenCoderFamily() });
  worker = await serveWorker({ ...common, modelPath, names: ["coder"] });
  chatter = await serveWorker({ ...common, modelPath: tinyModel(), names: ["chatter"] });
});
afterAll(async () => {
  await worker.close();
  await chatter.close();
});

const hole = { input_prefix: "def add(a, b):\n    ", input_suffix: "\n\nprint(add(1, 2))\n" };
const greedy = { temperature: 0, ignore_eos: true };
const post = (body: object, { url } = worker, path = "/infill") =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
const fill = async (body: object) =>
  (await (await post({ ...hole, ...greedy, ...body })).json()) as LlamaCompletion;
async function pieces(body: object) {
  const response = await post({ ...hole, ...greedy, stream: true, ...body });
  const events: string[] = [];
  for await (const { data } of readEvents(response.body as unknown as AsyncIterable<Uint8Array>))
    events.push(data);
  return events.map((data) => JSON.parse(data) as LlamaPiece);
}

describe("POST /infill", () => {
  test("continues the text as its model reads one with a hole", async () => {
    const answer = await fill({ n_predict: 8 });
    expect(answer).toMatchObject({
      index: 0,
      model: "coder",
      stop: true,
      stop_type: "limit",
      tokens_predicted: 8,
      timings: { predicted_n: 8 },
    });
    const prompt = `<|fim_prefix|>${hole.input_prefix}<|fim_suffix|>${hole.input_suffix}<|fim_middle|>`;
    const plain = await post(
      { model: "coder", prompt, max_tokens: 8, ...greedy },
      worker,
      "/v1/completions",
    );
    const { choices, usage } = (await plain.json()) as {
      choices: { text: string }[];
      usage: { prompt_tokens: number };
    };
    expect(answer.content).toBe(choices[0]?.text);
    expect(answer.tokens_evaluated).toBe(usage.prompt_tokens);
  });

  test("is what a completion with a suffix gives", async () => {
    const body = { model: "coder", prompt: hole.input_prefix, suffix: hole.input_suffix };
    const response = await post({ ...body, max_tokens: 8, ...greedy }, worker, "/v1/completions");
    const { choices } = (await response.json()) as { choices: { text: string }[] };
    expect(choices[0]?.text).toBe((await fill({ n_predict: 8 })).content);
  });

  test("streams the same text, ended by an event that says why", async () => {
    const all = await pieces({ n_predict: 12 });
    const last = all.at(-1) as LlamaCompletion;
    const whole = await fill({ n_predict: 12 });
    expect(all.map(({ content }) => content).join("")).toBe(whole.content);
    expect(all.slice(0, -1).every(({ stop }) => !stop)).toBe(true);
    expect(last).toMatchObject({
      content: "",
      stop: true,
      stop_type: "limit",
      tokens_predicted: 12,
    });
  });

  test("begins the hole with the prompt, and knows other files", async () => {
    const before = (await fill({ n_predict: 4 })).tokens_evaluated;
    expect((await fill({ n_predict: 4, prompt: "return " })).tokens_evaluated).toBeGreaterThan(
      before,
    );
    const input_extra = [{ filename: "util.py", text: "def sub(a, b):\n    return a - b\n" }];
    expect((await fill({ n_predict: 4, input_extra })).tokens_evaluated).toBeGreaterThan(
      before + 10,
    );
  });

  test("shortens what does not fit", async () => {
    const input_extra = Array.from({ length: 20 }, (_, i) => ({
      filename: `f${i}.py`,
      text: "deep sea ".repeat(100),
    }));
    const answer = await fill({ n_predict: 32, input_extra });
    expect(answer.tokens_evaluated).toBe(512 - 32);
    expect(answer.tokens_predicted).toBe(32);
    const long = await fill({ n_predict: 32, input_prefix: "deep sea ".repeat(1000) });
    expect(long.tokens_evaluated).toBe(512 - 32);
  });

  test("reads the text and writes nothing where n_predict is 0, for editors that warm the cache", async () => {
    const input_prefix = "a text that nobody has read before ";
    expect(await fill({ n_predict: 0, input_prefix })).toMatchObject({ content: "", stop: true });
    const { timings } = await fill({ n_predict: 2, input_prefix });
    expect(timings.cache_n).toBeGreaterThan(5);
  });

  test("stops at a stop string, and says which", async () => {
    const { content } = await fill({ n_predict: 40 });
    const stop = content.slice(10, 13);
    const answer = await fill({ n_predict: 40, stop: [stop] });
    expect(answer).toMatchObject({ stop_type: "word", stopping_word: stop });
    expect(answer.content).toBe(content.slice(0, content.indexOf(stop)));
  });

  test("tells likelihoods and tokens where asked", async () => {
    const { completion_probabilities: told = [], tokens } = await fill({
      n_predict: 5,
      n_probs: 3,
    });
    expect(told).toHaveLength(5);
    expect(tokens).toEqual(told.map(({ id }) => id));
    for (const { id, top_logprobs } of told) {
      expect(top_logprobs).toHaveLength(3);
      expect(top_logprobs[0]?.id).toBe(id);
    }
  });

  test("answers with the named fields alone, as llama.vim wants it", async () => {
    const body = {
      n_predict: 4,
      samplers: ["top_k", "top_p", "infill"],
      t_max_predict_ms: 500,
      response_fields: ["content", "timings/prompt_n", "truncated", "no/such"],
    };
    const answer = await fill(body);
    expect(Object.keys(answer)).toEqual(["content", "timings/prompt_n", "truncated"]);
  });

  test("is refused by a model that cannot, in one sentence", async () => {
    const response = await post({ ...hole, n_predict: 4 }, chatter);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as ErrorBody;
    expect(error).toMatchObject({ param: "model", code: "unsupported_capability" });
    expect(error.message).toMatch(/^This model cannot fill a hole[^.]+\.$/);
  });

  test.for([
    [{ input_suffix: "b" }, "input_prefix"],
    [{ input_prefix: "a" }, "input_suffix"],
    [{ ...hole, prompt: ["a"] }, "prompt"],
    [{ ...hole, input_extra: [{ filename: "a" }] }, "input_extra[0].text"],
    [{ ...hole, n_predict: -2 }, "n_predict"],
    [{ ...hole, samplers: "top_k" }, "samplers"],
  ] as const)("refuses %j by the field's name", async ([body, param]) => {
    const response = await post(body);
    expect([response.status, ((await response.json()) as ErrorBody).error.param]).toEqual([
      400,
      param,
    ]);
  });
});
