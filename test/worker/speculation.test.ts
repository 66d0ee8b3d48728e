import { readFileSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

const passage = { firstToken: 200, length: 40, sureness: 9 };
const prompt = Array.from({ length: 60 }, (_, i) => passage.firstToken + (i % passage.length));

type Told = {
  choices: { text: string }[];
  timings: { draft_n?: number; draft_n_accepted?: number };
  usage: { completion_tokens_details: Record<string, number> };
};

describe("a worker with --speculative ngram", () => {
  let worker: RunningWorker;
  beforeAll(async () => {
    worker = await serveWorker({
      modelPath: tinyModel({ architecture: "qwen2", passage }),
      names: ["copier"],
      host: "127.0.0.1",
      port: 0,
      gpu: "cpu",
      threads: 1,
      contextSize: 512,
      slots: 2,
      speculation: { ngram: true, draftMax: 8, draftModel: null },
    });
  });
  afterAll(() => worker.close());

  const complete = async (more: object): Promise<Told> => {
    const body = { prompt, max_tokens: 100, temperature: 0, ignore_eos: true, ...more };
    const response = await fetch(`${worker.url}/v1/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "copier", ...body }),
    });
    expect(response.status).toBe(200);
    return (await response.json()) as Told;
  };

  test("tells what was drafted and what of it was accepted, in timings and in usage", async () => {
    const { timings, usage } = await complete({});
    const { draft_n: drafted = 0, draft_n_accepted: accepted = 0 } = timings;
    expect(accepted).toBeGreaterThan(10);
    expect(accepted).toBeLessThanOrEqual(drafted);
    expect(usage.completion_tokens_details).toMatchObject({
      accepted_prediction_tokens: accepted,
      rejected_prediction_tokens: drafted - accepted,
    });
  });

  test.for([{ speculative: false }, { "speculative.n_max": 0 }])(
    "drafts nothing with %j",
    async (more) => {
      const [plain, drafted] = [await complete(more), await complete({})];
      expect(plain.timings).not.toHaveProperty("draft_n");
      expect(plain.usage.completion_tokens_details).not.toHaveProperty(
        "accepted_prediction_tokens",
      );
      expect(plain.choices[0]?.text).toBe(drafted.choices[0]?.text);
    },
  );

  test("counts under its own names, llama-server's and vLLM's", async () => {
    const text = await (await fetch(`${worker.url}/metrics`)).text();
    const value = (name: string) =>
      Number(new RegExp(`^${name}(?:{[^}]*})? (\\d+)$`, "m").exec(text)?.[1]);
    const accepted = value("fastchat_worker_accepted_tokens_total");
    expect(accepted).toBeGreaterThan(10);
    for (const peer of ["llamacpp", "vllm"]) {
      const count = (name: string) => value(`${peer}:spec_decode_num_${name}_total`);
      expect(count("accepted_tokens")).toBe(accepted);
      expect(count("draft_tokens")).toBeGreaterThanOrEqual(accepted);
      expect(count("drafts")).toBeGreaterThan(accepted / 8 - 1);
    }
  });

  test("says so of its slots", async () => {
    const slots = (await (await fetch(`${worker.url}/slots`)).json()) as object[];
    expect(slots).toHaveLength(2);
    for (const slot of slots) expect(slot).toMatchObject({ speculative: true });
  });
});

test("a worker is not started with a draft model that llama.cpp crashes on", async () => {
  const draftModel = tinyModel({ architecture: "qwen2", layers: 1 });
  const file = readFileSync(draftModel);
  const key = "qwen2.block_count";
  file.writeUInt32LE(4_000_000, file.indexOf(key) + key.length + 4); // behind the value's type
  writeFileSync(draftModel, file);
  const starting = serveWorker({
    modelPath: tinyModel({ architecture: "qwen2" }),
    names: ["copier"],
    host: "127.0.0.1",
    port: 0,
    gpu: "cpu",
    threads: 1,
    speculation: { ngram: false, draftMax: 8, draftModel },
  });
  await expect(starting).rejects.toThrow(draftModel);
});

test("a worker whose model takes nothing back says that it does not speculate", async () => {
  const lines: string[] = [];
  const worker = await serveWorker({
    modelPath: tinyModel({ architecture: "mamba" }),
    names: ["recurrent"],
    host: "127.0.0.1",
    port: 0,
    gpu: "cpu",
    threads: 1,
    contextSize: 256,
    speculation: { ngram: true, draftMax: 8, draftModel: null },
    log: (line) => lines.push(line),
  });
  expect(lines.filter((line) => /no speculative decoding/.test(line))).toHaveLength(1);
  const slots = (await (await fetch(`${worker.url}/slots`)).json()) as object[];
  for (const slot of slots) expect(slot).toMatchObject({ speculative: false });
  await worker.close();
});
