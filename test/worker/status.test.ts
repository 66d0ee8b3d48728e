import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Props } from "../../src/protocol/props.ts";
import { recommendedSampling } from "../../src/worker/routes/recommended-sampling.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

let worker: RunningWorker;
beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2" }),
    names: ['acme/tiny "q2"', "alias"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 2,
  });
});
afterAll(() => worker.close());

const get = (path: string) => fetch(worker.url + path);
const complete = (body: object, signal?: AbortSignal) =>
  fetch(`${worker.url}/v1/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "alias", prompt: "The sea", ...body }),
    ...(signal && { signal }),
  });

/** Prometheus' lines as name with labels → value; fails on a line that is none. */
async function metrics(): Promise<Map<string, number>> {
  const lines = (await (await get("/metrics")).text()).trimEnd().split("\n");
  const line =
    /^([a-z0-9_:]+(?:\{[a-z_]+="(?:[^"\\]|\\.)*"(?:,[a-z_]+="(?:[^"\\]|\\.)*")*\})?) (\S+)$/;
  const values = lines.filter((text) => !text.startsWith("#"));
  return new Map(
    values.map((text) => {
      const [, name = `no metric: ${text}`, value] = line.exec(text) ?? [];
      expect(Number.isFinite(Number(value))).toBe(true);
      return [name, Number(value)];
    }),
  );
}

describe("GET /metrics", () => {
  const label = 'model_name="acme/tiny \\"q2\\""';

  test("calls totals counters, and nothing else", async () => {
    const text = await (await get("/metrics")).text();
    const types = [...text.matchAll(/^# TYPE (fastchat_worker_\w+) (counter|gauge)$/gm)];
    const totals = types.filter(([, name = ""]) => name.endsWith("_total"));
    expect(totals).toHaveLength(7);
    expect(types.filter(([, , type]) => type === "counter")).toEqual(totals);
    expect(text).toContain("\nfastchat_worker_drafts_total 0\n");
  });

  test("counts under the names of llama-server and of vLLM too", async () => {
    const before = await metrics();
    await complete({ max_tokens: 5, ignore_eos: true });
    await complete({ max_tokens: 4, ignore_eos: true, n: 2 });
    const after = await metrics();
    const grown = (name: string) => (after.get(name) ?? Number.NaN) - (before.get(name) ?? 0);
    expect(grown("llamacpp:tokens_predicted_total")).toBe(13);
    expect(grown(`vllm:generation_tokens_total{${label}}`)).toBe(13);
    expect(grown(`vllm:request_success_total{${label},finished_reason="length"}`)).toBe(3);
    expect(grown(`vllm:request_success_total{${label},finished_reason="stop"}`)).toBe(0);
    const [read, cached] = ["prompt_tokens_total", "prompt_tokens_cached_total"] as const;
    expect(grown(`llamacpp:${read}`) + grown(`llamacpp:${cached}`)).toBe(
      grown(`vllm:prompt_tokens_total{${label}}`),
    );
    expect(grown(`vllm:prefix_cache_hits_total{${label}}`)).toBe(grown(`llamacpp:${cached}`));
    for (const name of ["prompt_seconds_total", "tokens_predicted_seconds_total", "n_decode_total"])
      expect(grown(`llamacpp:${name}`)).toBeGreaterThan(0);
    for (const name of ["time_to_first_token", "time_per_output_token", "e2e_request_latency"])
      expect(grown(`vllm:${name}_seconds_count{${label}}`)).toBe(3);
    expect(after.get("llamacpp:n_tokens_max")).toBeGreaterThanOrEqual(7);
  });

  test("graphs what runs and what waits", async () => {
    const left = new AbortController();
    const running = Array.from({ length: 3 }, () =>
      complete({ max_tokens: 900, ignore_eos: true }, left.signal).catch(() => null),
    );
    await eventually(async () => {
      const now = await metrics();
      return (
        now.get("llamacpp:requests_processing") === 2 && now.get("llamacpp:requests_deferred") === 1
      );
    });
    const now = await metrics();
    expect(now.get(`vllm:num_requests_running{${label}}`)).toBe(2);
    expect(now.get(`vllm:num_requests_waiting{${label}}`)).toBe(1);
    const share = now.get(`vllm:kv_cache_usage_perc{${label}}`) ?? 0;
    expect(share > 0 && share <= 1).toBe(true);
    const slots = (await (await get("/slots")).json()) as object[];
    expect(slots[1]).toMatchObject({ id: 1, busy: true, is_processing: true, n_ctx: 2048 });
    expect((await get("/slots?fail_on_no_slot=1")).status).toBe(503);
    left.abort();
    await Promise.all(running);
    await eventually(async () => (await metrics()).get("llamacpp:requests_processing") === 0);
    expect((await get("/slots?fail_on_no_slot=1")).status).toBe(200);
  });
});

describe("GET /props", () => {
  test("says what llama-server's clients ask, and no path of ours", async () => {
    const text = await (await get("/props")).text();
    const props = JSON.parse(text) as Props;
    expect(props).toMatchObject({
      default_generation_settings: { n_ctx: 2048, params: { temperature: 0.8, top_k: 40 } },
      total_slots: 2,
      model_alias: 'acme/tiny "q2"',
      modalities: { vision: false, audio: false },
      bos_token: "<|endoftext|>",
      eos_token: "<|im_end|>",
    });
    expect(props.chat_template).toContain("im_start");
    expect(props.model_path).toMatch(/^[^/]+\.gguf$/);
  });
});

test("recommended figures are shown as their makers wrote them", () => {
  const written = { temperature: 0.3, top_p: 0.95, top_k: 1_234_567, repeat_penalty: 1.05 };
  const stored = Object.entries(written).map(([name, figure]) => [name, Math.fround(figure)]);
  expect(recommendedSampling({ sampling: Object.fromEntries(stored) })).toEqual(written);
});

test("GET / says that it runs, and unknown paths of Ollama's are told in its words", async () => {
  expect(await (await get("/")).text()).toBe("FastChat is running");
  expect((await fetch(worker.url, { method: "HEAD" })).status).toBe(200);
  const unknown = await get("/api/me");
  expect(unknown.status).toBe(404);
  expect(await unknown.json()).toEqual({ error: expect.stringContaining("/api/me") });
});
