/** @file Models of other servers as FastChat's api server, web UI and tools see them. */
import { describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { fastchatFormat } from "../../src/chat/fastchat/fastchat-format.ts";
import { requiredTemplate } from "../../src/chat/fastchat/named-template.ts";
import { serveController } from "../../src/controller/serve.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import { startInFrontOfAnthropic } from "../support/anthropic-worker.ts";
import { eventually } from "../support/eventually.ts";
import { serveFastChatController } from "../support/fastchat-controller.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { serveStub } from "../support/upstream-stub.ts";

const json = async (url: string, path: string, body: object) =>
  JSON.parse(await (await post(url, path, body)).text());

async function frames(url: string, body: object) {
  const response = await post(url, "/worker_generate_stream", body);
  expect(response.status).toBe(200);
  const parts = (await response.text()).split("\0");
  expect(parts.pop()).toBe("");
  return parts.map((part) => JSON.parse(part) as { text: string; [name: string]: unknown });
}

const system = "You rhyme.";
const messages = [
  { role: "system" as const, content: system },
  { role: "user" as const, content: "Hello" },
];
/** As FastChat's `Conversation.get_prompt` writes it. */
const marked = "<|message:system|>You rhyme.<|message:user|>Hello<|message:assistant|>";
const asked = { prompt: marked, max_new_tokens: 12, echo: false, stop: null };

async function startTwo() {
  const [one, two] = [keep(await serveStub("vllm")), keep(await serveStub("vllm"))];
  const models = [
    remoteModel(one, { names: ["one", "uno"], capabilities: ["chat", "completions"] }),
    // Known as OpenAI's, which is sent no fields but its own.
    remoteModel(two, {
      names: ["vicuna-13b"],
      kind: "openai",
      contextSize: 128_000,
      capabilities: ["chat"],
    }),
  ];
  const worker = await startRemote(models);
  await eventually(async () => (await worker.served()).data.length === 3);
  return { one, two, worker };
}

describe("FastChat's questions to a worker in front of several servers", () => {
  test("are answered for all models together, and for each by its name", async () => {
    const { worker } = await startTwo();
    const status = await fetch(`${worker.url}/worker_get_status`, { method: "POST" });
    const { model_names, ...load } = (await status.json()) as { model_names: string[] };
    expect(model_names.sort()).toEqual(["one", "uno", "vicuna-13b"]);
    expect(load).toEqual({ speed: 1, queue_length: 0 });
    const { conv } = await json(worker.url, "/worker_get_conv_template", { model: "uno" });
    expect(conv).toMatchObject({
      name: "fastchat-messages",
      system_template: "<|message:system|>{system_message}",
      roles: ["<|message:user|>", "<|message:assistant|>"],
      sep_style: 4,
      stop_str: null,
    });
    const details = await json(worker.url, "/model_details", { model: "vicuna-13b" });
    expect(details).toEqual({ context_length: 128_000 });
    for (const path of ["/worker_get_conv_template", "/model_details"]) {
      const nameless = await post(worker.url, path, {});
      expect([nameless.status, (await nameless.json()) as object]).toMatchObject([
        400,
        { text: expect.stringContaining("Name the model"), error_code: 40001 },
      ]);
      expect((await post(worker.url, path, { model: "three" })).status).toBe(404);
    }
    const counted = await json(worker.url, "/count_token", { model: "one", prompt: marked });
    expect(counted).toEqual({ count: expect.any(Number), error_code: 0 });
  });

  test("turn the told template's prompts back into messages", async () => {
    const { one, two, worker } = await startTwo();
    for (const [stub, model] of [
      [one, "uno"],
      [two, "vicuna-13b"],
    ] as const) {
      const told = await frames(worker.url, { ...asked, model, temperature: 0 });
      expect(told.at(-1)).toMatchObject({ text: "Hello there", error_code: 0 });
      expect(told.at(-1)?.finish_reason).toBe("stop");
      expect(stub.bodies.at(-1)).toMatchObject({ messages, temperature: 0, stream: true });
      expect(stub.bodies.at(-1)).not.toHaveProperty("prompt");
      expect(
        await json(worker.url, "/worker_generate", { ...asked, model, echo: true }),
      ).toMatchObject({ text: `${marked}Hello there` });
    }
    expect(one.bodies.at(-1)).toMatchObject({ max_tokens: 12 });
  });

  test("turn prompts of the template that FastChat has for the name back, too, without its ends", async () => {
    const { two, worker } = await startTwo();
    const format = fastchatFormat(requiredTemplate("vicuna_v1.1"), []);
    const segments = await format.prompt({ messages, tools: [], addGenerationPrompt: true });
    const prompt = segments.map(({ text }) => text).join("");
    expect(prompt).toContain("USER: Hello ASSISTANT:");
    await frames(worker.url, { ...asked, prompt, model: "vicuna-13b", stop: "</s>" });
    expect(two.bodies.at(-1)).toMatchObject({ messages });
  });

  test("leave the length to the server where they ask for all that there is room for", async () => {
    const { two, worker } = await startTwo();
    const model = "vicuna-13b";
    const { count } = await json(worker.url, "/count_token", { model, prompt: marked });
    await frames(worker.url, { ...asked, model, max_new_tokens: 128_000 - count });
    expect(two.bodies.at(-1)).not.toHaveProperty("max_completion_tokens");
    await frames(worker.url, { ...asked, model, max_new_tokens: 100_000 });
    expect(two.bodies.at(-1)).toMatchObject({ max_completion_tokens: 100_000 });
  });

  test("fail by frames: a raw prompt for who only chats, no name, all places taken", async () => {
    const { two, worker } = await startTwo();
    const failed = async (change: object) => {
      const told = await frames(worker.url, { ...asked, model: "vicuna-13b", ...change });
      expect(told).toHaveLength(1);
      return told[0];
    };
    expect(await failed({ prompt: "Once upon a time" })).toMatchObject({ error_code: 40001 });
    expect(await failed({ model: null })).toMatchObject({ error_code: 40001 });
    expect(await failed({ model: "three" })).toMatchObject({ error_code: 40301 });
    two.manner = "fail";
    expect(await failed({})).toMatchObject({ error_code: 50001 });
  });

  test("hold a place for as long as they are answered", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"], limitConcurrency: 1 })]);
    const queue = async () => (await json(worker.url, "/worker_get_status", {})).queue_length;
    stub.manner = "hang";
    const leaving = new AbortController();
    const answer = fetch(`${worker.url}/worker_generate_stream`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(asked),
      signal: leaving.signal,
    }).catch(() => null);
    await eventually(async () => (await queue()) === 1);
    const [told] = await frames(worker.url, asked);
    expect(told).toMatchObject({ error_code: 42903 });
    leaving.abort();
    await answer;
    await eventually(async () => (await queue()) === 0);
    stub.manner = "well";
    expect((await frames(worker.url, asked)).at(-1)).toMatchObject({ text: "Hello there" });
  });

  test("reach Anthropic's API, which knows messages alone", async () => {
    const { worker, stub } = await startInFrontOfAnthropic();
    const told = await frames(worker.url, { ...asked, model: "m", max_new_tokens: 100 });
    expect(told.at(-1)).toMatchObject({ text: "Hello there", error_code: 0 });
    expect(stub.bodies.at(-1)).toMatchObject({
      system,
      messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
      max_tokens: 100,
    });
    const counted = await json(worker.url, "/count_token", { model: "m", prompt: marked });
    expect(counted).toEqual({ count: 14, error_code: 0 });
  });
});

test("all models are one worker of a controller of FastChat's, which hears of those that come", async () => {
  const theirs = keep(await serveFastChatController());
  const [one, two] = [keep(await serveStub("vllm")), keep(await serveStub("tgi"))];
  const models = [remoteModel(one, { names: ["one"] }), remoteModel(two, { names: ["two"] })];
  const worker = await startRemote(models, { controllerAddress: theirs.url });
  const names = () => {
    const known = theirs.workers.get(worker.url)?.worker_status as { model_names: string[] };
    return [...(known?.model_names ?? [])].sort();
  };
  await eventually(() => `${names()}` === "one,two");
  expect([...theirs.workers.keys()]).toEqual([worker.url]);
});

test("answers by FastChat's wire as the server behind does by its own", async () => {
  const usual = { host: "127.0.0.1", port: 0, threads: 1, slots: 2, contextSize: 512 };
  const modelPath = tinyModel({ architecture: "qwen2" });
  const engine = keep(await serveWorker({ ...usual, modelPath, names: ["tiny"] }));
  const worker = await startRemote([remoteModel(engine, { names: ["tiny"] })]);
  const allowedWorkers = ["127.0.0.1"];
  const controller = keep(await serveController({ host: "127.0.0.1", port: 0, allowedWorkers }));
  const registration = { worker_name: worker.url, check_heart_beat: true, worker_status: null };
  await post(controller.url, "/register_worker", registration);
  const api = keep(
    await serveApi({ host: "127.0.0.1", port: 0, controllerAddress: controller.url }),
  );
  await eventually(async () => (await fetch(`${api.url}/v1/models/tiny`)).ok);
  const chat = { model: "tiny", messages, temperature: 0, max_tokens: 12 };
  const said = async (url: string, path: string, body: object) => {
    const { choices } = await json(url, path, body);
    return (choices[0].message?.content ?? choices[0].text).replaceAll("\ufffd", "");
  };
  const path = "/v1/chat/completions";
  expect(await said(api.url, path, chat)).toBe(await said(engine.url, path, chat));
  const text = { model: "tiny", prompt: "Tell me about llamas.", temperature: 0, max_tokens: 12 };
  const whole = "/v1/completions";
  expect(await said(api.url, whole, text)).toBe(await said(engine.url, whole, text));
}, 30_000);
