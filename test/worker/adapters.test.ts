import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import type { ErrorBody } from "../../src/errors/api-error.ts";
import type { Model } from "../../src/protocol/openai.ts";
import { adapterName } from "../../src/worker/adapters.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import type { WorkerOptions } from "../../src/worker/worker-options.ts";
import { eventually } from "../support/eventually.ts";
import { tinyAdapter, tinyModel } from "../support/tiny-models.ts";

const base = tinyModel({ architecture: "qwen2" });
const [sql, pirate] = [1, 2].map((seed) => tinyAdapter(`style-${seed}`, base, { seed })) as [
  string,
  string,
];
const foreign = tinyAdapter("foreign", tinyModel({ architecture: "llama" }));

const outside = mkdtempSync(join(tmpdir(), "fastchat-outside-"));
const folder = mkdtempSync(join(tmpdir(), "fastchat-lora-"));
afterAll(() => {
  for (const one of [outside, folder]) rmSync(one, { recursive: true, force: true });
});
cpSync(pirate, join(folder, "pirate.gguf"));
cpSync(foreign, join(folder, "foreign.gguf"));
cpSync(pirate, join(outside, "secret.gguf"));
symlinkSync(join(outside, "secret.gguf"), join(folder, "link.gguf"));
symlinkSync("pirate.gguf", join(folder, "same.gguf"));
mkdirSync(join(folder, "peft"));

const usual = (options: Partial<WorkerOptions>): WorkerOptions => ({
  modelPath: base,
  names: ["tiny", "small:1"],
  host: "127.0.0.1",
  port: 0,
  threads: 1,
  slots: 4,
  ...options,
});

const post = (url: string, path: string, body: unknown) =>
  fetch(url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const question = {
  messages: [{ role: "user", content: "Tell me of llamas." }],
  ...{ temperature: 0, max_tokens: 16, ignore_eos: true },
};

async function answer(url: string, more: object): Promise<string> {
  const response = await post(url, "/v1/chat/completions", { ...question, ...more });
  expect(response.status).toBe(200);
  const body = (await response.json()) as { choices: { message: { content: string } }[] };
  return body.choices[0]?.message.content ?? "";
}

async function refusal(response: Promise<Response>) {
  const { status, ...rest } = await response.then(async (it) => ({
    status: it.status,
    ...((await it.json()) as ErrorBody),
  }));
  return { status, ...rest.error };
}

async function models(url: string): Promise<Model[]> {
  const response = await fetch(`${url}/v1/models`);
  return ((await response.json()) as { data: Model[] }).data;
}

/** What a worker answers that has nothing but these adapters, for whoever names the model. */
async function answerOfOwn(lora: { path: string; scale: number }[]): Promise<string> {
  const worker = await serveWorker(usual({ lora }));
  const text = await answer(worker.url, { model: "tiny" });
  await worker.close();
  return text;
}

describe("a worker with adapters", () => {
  let worker: RunningWorker;
  let expected: { bare: string; sql: string; pirate: string; weak: string };
  beforeAll(async () => {
    expected = {
      bare: await answerOfOwn([]),
      sql: await answerOfOwn([{ path: sql, scale: 1 }]),
      pirate: await answerOfOwn([{ path: pirate, scale: 1 }]),
      weak: await answerOfOwn([{ path: pirate, scale: 0.5 }]),
    };
    expect(new Set(Object.values(expected)).size).toBe(4);
    const lora = [
      { path: sql, scale: 1, name: "sql" },
      { path: pirate, scale: 0, name: "pirate" },
    ];
    worker = await serveWorker(usual({ lora, loraDir: folder }));
  });
  afterAll(() => worker.close());

  test("lists each as a model of its own, and as llama-server does", async () => {
    const list = await models(worker.url);
    expect(list.map(({ id, parent, adapter }) => [id, parent, adapter])).toEqual([
      ["tiny", null, undefined],
      ["small:1", "tiny", undefined],
      ["tiny:sql", "tiny", "sql"],
      ["tiny:pirate", "tiny", "pirate"],
    ]);
    const one = await fetch(`${worker.url}/v1/models/tiny:sql`);
    expect(await one.json()).toMatchObject({ id: "tiny:sql", parent: "tiny" });
    const own = (await (await fetch(`${worker.url}/lora-adapters`)).json()) as object[];
    const unsaid = { task_name: "", prompt_prefix: "" };
    expect(own).toEqual([
      { id: 0, name: "sql", path: "style-1.gguf", scale: 1, ...unsaid },
      { id: 1, name: "pirate", path: "style-2.gguf", scale: 0, ...unsaid },
    ]);
  });

  test("answers by name, by field and by default as a worker with that adapter alone", async () => {
    const ways: [more: object, text: string][] = [
      [{ model: "tiny" }, expected.sql], // applied from the start
      [{ model: "tiny:sql" }, expected.sql],
      [{ model: "tiny:pirate" }, expected.pirate],
      [{ model: "small:1:pirate" }, expected.pirate],
      [{ model: "tiny", lora: [] }, expected.bare],
      [{ model: "tiny", lora: [{ id: 1, scale: 0.5 }] }, expected.weak],
      [{ model: "tiny", lora: [{ name: "pirate" }] }, expected.pirate],
      [{ model: "tiny", lora: [{ id: 0, scale: 0 }] }, expected.bare],
    ];
    for (const [more, text] of ways) expect(await answer(worker.url, more)).toBe(text);
    const together = await Promise.all(ways.map(([more]) => answer(worker.url, more)));
    expect(together).toEqual(ways.map(([, text]) => text));
  });

  test("answers by name in every dialect", async () => {
    const { messages } = question;
    const text = await answer(worker.url, { model: "tiny:pirate", ignore_eos: false });
    expect(await answer(worker.url, { model: "tiny:sql", ignore_eos: false })).not.toBe(text);
    const model = "tiny:pirate";
    const anthropic = { model, messages, max_tokens: 16, temperature: 0 };
    const message = await post(worker.url, "/v1/messages", anthropic);
    expect(await message.json()).toMatchObject({ content: [{ type: "text", text }] });
    const options = { temperature: 0, num_predict: 16 };
    const ollama = { model: `${model}:latest`, messages, stream: false, options };
    const told = await post(worker.url, "/api/chat", ollama);
    expect(await told.json()).toMatchObject({ message: { content: text } });
    const responses = { model, input: messages[0]?.content, max_output_tokens: 16, temperature: 0 };
    const response = await post(worker.url, "/v1/responses", responses);
    expect(await response.json()).toMatchObject({ output: [{ content: [{ text }] }] });
    const tags = (await (await fetch(`${worker.url}/api/tags`)).json()) as { models: object[] };
    expect(tags.models).toHaveLength(4);
  });

  test("refuses what is not there, and says what is", async () => {
    const ask = (more: object) =>
      refusal(post(worker.url, "/v1/chat/completions", { ...question, ...more }));
    expect(await ask({ model: "tiny:none" })).toMatchObject({
      status: 404,
      message: expect.stringContaining("tiny, small:1, tiny:sql, tiny:pirate"),
    });
    expect(await ask({ model: "tiny", lora: [{ id: 9, scale: 1 }] })).toMatchObject({
      status: 400,
      message: "No LoRA adapter has the id 9. Adapters here: 0 (sql), 1 (pirate).",
      param: "lora",
    });
    expect(await ask({ model: "tiny", lora: [{ name: "x" }] })).toMatchObject({ status: 400 });
    expect(await ask({ model: "tiny", lora: [{ scale: 1 }] })).toMatchObject({ status: 400 });
    expect(await ask({ model: "tiny:sql", lora: [] })).toMatchObject({ status: 400 });
    const completion = { model: "tiny", prompt: "x", lora: [{ id: 9 }] };
    expect(await refusal(post(worker.url, "/v1/completions", completion))).toMatchObject({
      status: 400,
    });
    const infill = { input_prefix: "a", input_suffix: "b", lora: [{ id: 9 }] };
    expect((await post(worker.url, "/infill", infill)).status).toBe(400);
  });

  test("takes new scales for requests that say nothing", async () => {
    const scale = (scales: object[]) => post(worker.url, "/lora-adapters", scales);
    expect(await (await scale([{ id: 1, scale: 0.5 }])).json()).toEqual({ success: true });
    expect(await answer(worker.url, { model: "tiny" })).toBe(expected.weak); // and sql is off
    expect(await answer(worker.url, { model: "tiny:pirate" })).toBe(expected.weak);
    expect((await scale([{ id: 7, scale: 1 }])).status).toBe(400);
    expect((await scale([{ id: 1, scale: 1000 }])).status).toBe(400);
    await scale([]);
    expect(await answer(worker.url, { model: "tiny" })).toBe(expected.bare);
    await scale([{ id: 1, scale: 1 }]);
    await scale([{ id: 0, scale: 1 }]);
    expect(await answer(worker.url, { model: "tiny" })).toBe(expected.sql);
    expect(await answer(worker.url, { model: "tiny:pirate" })).toBe(expected.pirate);
  });

  test("loads from its folder and unloads, again and again", async () => {
    const slow = { model: "tiny:pirate", max_tokens: 500 };
    const told = await answer(worker.url, slow);
    for (let round = 0; round < 3; round++) {
      const named = { lora_name: "late", lora_path: "pirate.gguf" };
      const loaded = await post(worker.url, "/v1/load_lora_adapter", named);
      expect([loaded.status, await loaded.text()]).toEqual([
        200,
        "Success: LoRA adapter 'late' added successfully.",
      ]);
      expect(await refusal(post(worker.url, "/v1/load_lora_adapter", named))).toMatchObject({
        status: 400,
        param: "lora_name",
      });
      const twice = { lora_name: "again", lora_path: "./same.gguf" };
      expect(await refusal(post(worker.url, "/v1/load_lora_adapter", twice))).toMatchObject({
        status: 400,
        param: "lora_path",
        message: "The file './same.gguf' is loaded already, as the LoRA adapter 'late'.",
      });
      expect(await answer(worker.url, { model: "tiny:late" })).toBe(expected.pirate);
      expect(await answer(worker.url, { model: "tiny" })).toBe(expected.sql); // as before
      const unload = () => post(worker.url, "/v1/unload_lora_adapter", { lora_name: "late" });
      const running = answer(worker.url, { ...slow, model: "tiny:late" });
      await eventually(async () => {
        const slots = (await (await fetch(`${worker.url}/slots`)).json()) as { busy: boolean }[];
        return slots.some(({ busy }) => busy);
      });
      expect((await unload()).status).toBe(200);
      expect(await running).toBe(told);
      expect((await unload()).status).toBe(404);
      const gone = post(worker.url, "/v1/chat/completions", { ...question, model: "tiny:late" });
      expect((await gone).status).toBe(404);
    }
  });

  test.for([
    ["../secret.gguf", 403],
    [join(outside, "secret.gguf"), 403],
    [join(outside, "none.gguf"), 403],
    ["/etc/passwd", 403],
    ["link.gguf", 403],
    ["none.gguf", 400],
    ["peft", 400],
    [".", 403],
    ["foreign.gguf", 400],
  ] as const)("does not load %s", async ([path, status]) => {
    const body = { lora_name: "x", lora_path: path };
    const refused = await refusal(post(worker.url, "/v1/load_lora_adapter", body));
    expect(refused.status).toBe(status);
    expect(refused.message).not.toContain(folder);
    expect(refused.message.length).toBeLessThan(250);
    expect(await answer(worker.url, { model: "tiny:sql" })).toBe(expected.sql);
  });
});

describe("a worker without a folder for adapters", () => {
  test("loads none by request, and names the flag", async () => {
    const worker = await serveWorker(usual({}));
    const body = { lora_name: "x", lora_path: sql };
    expect(await refusal(post(worker.url, "/v1/load_lora_adapter", body))).toMatchObject({
      status: 403,
      message: expect.stringContaining("--lora-dir"),
    });
    expect(await (await fetch(`${worker.url}/lora-adapters`)).json()).toEqual([]);
    await worker.close();
  });

  test("says at its start which adapters it has, and who drafts", async () => {
    const lines: string[] = [];
    const lora = [
      { path: sql, scale: 0, name: "sql" },
      { path: pirate, scale: 0.5 },
    ];
    const speculation = { ngram: true, draftModel: base, draftMax: 4 };
    const log = (line: string) => lines.push(line);
    await (await serveWorker(usual({ lora, speculation, log }))).close();
    expect(lines).toContain("LoRA adapters: sql (by its name alone), style-2 (scale 0.5)");
    expect(lines).toContain(`drafting: the text so far, then ${base}, 4 tokens at most`);
  });

  test("does not start with another base's adapter, or two of one name", async () => {
    const start = (...paths: string[]) =>
      serveWorker(usual({ lora: paths.map((path) => ({ path, scale: 1 })) }));
    await expect(start(foreign)).rejects.toThrow(
      /architecture 'llama', but the model's is 'qwen2': take one that was made for this model\.$/,
    );
    await expect(serveWorker({ ...usual({}), modelPath: sql })).rejects.toThrow(
      `${sql} is a LoRA adapter: give it with --lora, and its base with --model-path.`,
    );
    await expect(start(sql, sql)).rejects.toThrow(/Two LoRA adapters are called 'style-1'/);
  });
});

describe("an api before such a worker", () => {
  test("routes base:adapter, lists it, and learns of new ones", async () => {
    const [host, port] = ["127.0.0.1", 0] as const;
    const controller = await serveController({ host, port });
    const controllerAddress = controller.url;
    const lora = [{ path: sql, scale: 0, name: "sql" }];
    const worker = await serveWorker(usual({ lora, loraDir: folder, controllerAddress }));
    const api = await serveApi({ host, port, controllerAddress });
    const byHand = await serveApi({ host, port, workers: [worker.url] });
    for (const { url } of [api, byHand]) {
      await eventually(async () => (await models(url)).some(({ id }) => id === "tiny:sql"));
      const own = await answer(worker.url, { model: "tiny:sql" });
      expect(await answer(url, { model: "tiny:sql" })).toBe(own);
      expect(await answer(url, { model: "small:1:sql" })).toBe(own);
      expect(await answer(url, { model: "tiny", lora: [{ id: 0 }] })).toBe(own);
      expect(await answer(url, { model: "tiny" })).not.toBe(own);
      const listed = (await models(url)).map(({ id, parent, adapter }) => [id, parent, adapter]);
      expect(listed).toEqual([
        ["tiny", null, undefined],
        ["small:1", "tiny", undefined],
        ["tiny:sql", "tiny", "sql"],
      ]);
      const unknown = post(url, "/v1/chat/completions", { ...question, model: "tiny:late" });
      expect((await unknown).status).toBe(404);
    }
    await post(worker.url, "/v1/load_lora_adapter", {
      lora_name: "late",
      lora_path: "pirate.gguf",
    });
    const has = (url: string) => async () =>
      (await models(url)).some(({ id }) => id === "tiny:late");
    for (const { url } of [api, byHand]) {
      await eventually(has(url), 5000);
      expect(await answer(url, { model: "tiny:late" })).not.toBe("");
    }
    await post(worker.url, "/v1/unload_lora_adapter", { lora_name: "late" });
    for (const { url } of [api, byHand]) {
      await eventually(async () => !(await has(url)()), 5000);
      const gone = post(url, "/v1/chat/completions", { ...question, model: "tiny:late" });
      expect((await gone).status).toBe(404);
    }
    for (const server of [byHand, api, worker, controller]) await server.close();
  });
});

test("a file's name is an adapter's without what parts it from its model's", () => {
  expect(adapterName("/lora/pirate:v2.gguf")).toBe("pirate-v2");
});
