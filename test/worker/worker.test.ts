import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { serveController } from "../../src/controller/serve.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import type { WorkerOptions } from "../../src/worker/worker-options.ts";
import { eventually } from "../support/eventually.ts";
import { tinyModel } from "../support/tiny-models.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-worker-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const usual = (options: Partial<WorkerOptions>): WorkerOptions => ({
  modelPath: tinyModel(),
  names: ["tiny"],
  host: "127.0.0.1",
  port: 0,
  threads: 1,
  slots: 2,
  ...options,
});

const chat = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({
      model: "tiny",
      messages: [{ role: "user", content: "Hi" }],
      ...body,
    }),
  });

describe("serveWorker", () => {
  test.for(["llama", "qwen3", "gemma3", "phi3"] as const)(
    "chats with %s through its own template",
    async (architecture) => {
      const worker = await serveWorker(usual({ modelPath: tinyModel({ architecture }) }));
      const messages = [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hello <|im_end|></s><end_of_turn> there" },
      ];
      const response = await chat(worker.url, {
        messages,
        max_tokens: 5,
        ignore_eos: true,
      });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({
        usage: { completion_tokens: 5 },
      });
      await worker.close();
    },
  );

  test("chats without a template in the file, and says so in its log", async () => {
    const lines: string[] = [];
    const modelPath = tinyModel({ chatTemplate: null });
    const worker = await serveWorker(usual({ modelPath, log: (line) => lines.push(line) }));
    expect((await chat(worker.url, { max_tokens: 3 })).status).toBe(200);
    expect(lines.join("\n")).toContain("no chat template");
    expect(lines.join("\n")).toMatch(/req_\S+ prompt \d+ \(0 cached\) in [\d.]+ ms/);
    await worker.close();
  });

  test("takes a template from outside", async () => {
    const chatTemplate = "{% for m in messages %}{{ m.content }}{% endfor %}";
    const worker = await serveWorker(usual({ chatTemplate }));
    const body = (await (await chat(worker.url, { max_tokens: 1 })).json()) as {
      usage: { prompt_tokens: number };
    };
    expect(body.usage.prompt_tokens).toBeLessThan(5);
    await worker.close();
  });

  test("answers 503 while it loads, 200 once it serves, and nothing once it is closed", async () => {
    const port = 20_000 + (process.pid % 20_000);
    const loading = serveWorker(usual({ port }));
    const health = () => fetch(`http://127.0.0.1:${port}/health`).then(({ status }) => status);
    await eventually(async () => (await health().catch(() => 0)) === 503);
    const worker = await loading;
    expect(await health()).toBe(200);
    await worker.close();
    await expect(health()).rejects.toThrow();
  });

  test("refuses a broken template that it was given", async () => {
    const refused = serveWorker(usual({ chatTemplate: "{{ broken" }));
    await expect(refused).rejects.toThrow(/chat template/);
  });

  test("refuses chat where the model only embeds, and serves what it can", async () => {
    const worker = await serveWorker(usual({ modelPath: tinyModel({ architecture: "bert" }) }));
    expect(worker.card.capabilities).toEqual(["embeddings"]);
    expect((await chat(worker.url, {})).status).toBe(400);
    const embedded = await fetch(`${worker.url}/v1/embeddings`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "tiny", input: "a llama" }),
    });
    expect(embedded.status).toBe(200);
    await worker.close();
  });

  test("answers 429 with Retry-After past its limit, and goes on serving", async () => {
    const worker = await serveWorker(usual({ slots: 1, limitConcurrency: 2 }));
    const long = { max_tokens: 1500, ignore_eos: true };
    const answers = await Promise.all(Array.from({ length: 6 }, () => chat(worker.url, long)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.length).toBeGreaterThanOrEqual(3);
    for (const response of refused) {
      expect(Number(response.headers.get("retry-after"))).toBeGreaterThanOrEqual(1);
      expect(await response.json()).toMatchObject({
        error: { code: "rate_limit_exceeded" },
      });
    }
    expect((await chat(worker.url, { max_tokens: 1 })).status).toBe(200);
    await worker.close();
  });

  test("asks for the join token as API key where it has one, but not for /health", async () => {
    const worker = await serveWorker(usual({ joinToken: "secret-token" }));
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    expect((await chat(worker.url, { max_tokens: 1 })).status).toBe(401);
    const key = { authorization: "Bearer secret-token" };
    expect((await chat(worker.url, { max_tokens: 1 }, key)).status).toBe(200);
    await worker.close();
  });

  test("reports slots and metrics that return to zero", async () => {
    const worker = await serveWorker(usual({}));
    await chat(worker.url, { max_tokens: 4, ignore_eos: true });
    const metrics = await (await fetch(`${worker.url}/metrics`)).text();
    expect(metrics).toContain("fastchat_worker_completion_tokens_total 4");
    expect(metrics).toMatch(/fastchat_worker_slots_busy 0\n/);
    expect(metrics).toContain("fastchat_worker_ttft_seconds_count 1");
    const slots = (await (await fetch(`${worker.url}/slots`)).json()) as {
      busy: boolean;
    }[];
    expect(slots.map(({ busy }) => busy)).toEqual([false, false]);
    await worker.close();
  });

  test("finishes running answers when it is closed with grace", async () => {
    const worker = await serveWorker(usual({}));
    const running = chat(worker.url, { max_tokens: 800, ignore_eos: true });
    await eventually(async () =>
      (await (await fetch(`${worker.url}/metrics`)).text()).includes("slots_busy 1"),
    );
    await worker.close(10_000);
    expect(await (await running).json()).toMatchObject({
      usage: { completion_tokens: 800 },
    });
  });

  test("registers, carries its load and prefixes, and is gone when it closes", async () => {
    const controller = await serveController({ host: "127.0.0.1", port: 0 });
    const worker = await serveWorker(usual({ controllerAddress: controller.url, register: true }));
    const registered = async () =>
      (await (await fetch(`${controller.url}/registry/workers`)).json()) as unknown[];
    await eventually(async () => JSON.stringify(await registered()).includes('"tiny"'));
    await worker.close();
    await eventually(async () => !JSON.stringify(await registered()).includes('"tiny"'));
    await controller.close();
  });
});

describe("serveWorker refuses", () => {
  const write = (name: string, bytes: string | Uint8Array) => {
    const path = join(folder, name);
    writeFileSync(path, bytes);
    return path;
  };

  test.for([
    ["an empty file", () => write("empty.gguf", "")],
    ["a web page", () => write("page.gguf", "<!doctype html><html></html>")],
    ["a file that is not there", () => join(folder, "missing.gguf")],
    ["a folder", () => folder],
  ] as const)("%s with a sentence that names it", async ([, make]) => {
    const modelPath = make();
    const error = await serveWorker(usual({ modelPath })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining(modelPath),
    });
  });

  test("a model that crashes llama.cpp, without crashing itself", async () => {
    const path = join(folder, "no-heads.gguf");
    writeTinyModel(path, { heads: 4 });
    const modelPath = write("crash.gguf", withoutHeads(path));
    const error = await serveWorker(usual({ modelPath })).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      message: expect.stringContaining(modelPath),
    });
  });
});

/** The file with `attention.head_count` set to 0, which divides by zero when it is loaded. */
function withoutHeads(path: string): Uint8Array {
  const bytes = readFileSync(path);
  const key = Buffer.from("llama.attention.head_count");
  const at = bytes.indexOf(key) + key.length + 4; // past the key and its type
  bytes.writeUInt32LE(0, at);
  return bytes;
}
