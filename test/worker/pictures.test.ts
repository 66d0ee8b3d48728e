/** @file A picture on its way: to a model that sees, and to a real one that reads text alone. */
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { chatRoutes } from "../../src/serving/chat-routes.ts";
import { messagesRoutes } from "../../src/serving/messages-routes.ts";
import { oneModel } from "../../src/serving/models.ts";
import { ollamaRoutes } from "../../src/serving/ollama/chat-routes.ts";
import { ResponseStore } from "../../src/serving/responses/response-store.ts";
import { responsesRoutes } from "../../src/serving/responses/responses-routes.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { echoSpeaker } from "../support/echo-speaker.ts";
import { gif, jpeg, png, pngUrl } from "../support/pictures.ts";
import { tinyModel } from "../support/tiny-models.ts";

const base64 = png.toString("base64");
const text = "What is this?";
const url = "https://pictures.example/cat.png";

const post = (to: string, body: object) =>
  fetch(to, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const openAi = (shown: unknown = { url: pngUrl }) => [
  { role: "system", content: "Look." },
  {
    role: "user",
    content: [
      { type: "text", text },
      { type: "image_url", image_url: shown },
    ],
  },
];
const anthropicImage = {
  type: "image" as const,
  source: { type: "base64" as const, media_type: "image/png" as const, data: base64 },
};
const inMessages = (...content: object[]) => ({
  max_tokens: 8,
  messages: [{ role: "user", content }],
});
const responsesInput = [
  { role: "user", content: [{ type: "input_image", image_url: pngUrl, detail: "low" }] },
];

describe("a model that reads text alone", () => {
  let worker: RunningWorker;
  beforeAll(async () => {
    const modelPath = tinyModel({ architecture: "qwen2" });
    const options = { host: "127.0.0.1", port: 0, threads: 1, slots: 2, modelPath };
    worker = await serveWorker({ ...options, names: ["tiny", "small"] });
  });
  afterAll(() => worker?.close());

  const result = { type: "tool_result", tool_use_id: "t", content: [anthropicImage] };
  const asked: [path: string, body: object][] = [
    ["/v1/chat/completions", { messages: openAi() }],
    ["/v1/chat/completions", { messages: openAi(pngUrl) }],
    ["/v1/chat/completions", { messages: openAi({ url, detail: "high" }) }],
    ["/v1/chat/completions", { messages: openAi({ url: "nonsense" }) }],
    ["/v1/messages", inMessages({ type: "text", text }, anthropicImage)],
    ["/v1/messages", inMessages({ type: "image", source: { type: "url", url } })],
    ["/v1/messages", inMessages(result)],
    ["/v1/responses", { input: responsesInput }],
    ["/v1/responses", { input: responsesInput, truncation: "auto" }],
    ["/api/chat", { messages: [{ role: "user", content: text, images: [base64] }] }],
    ["/api/chat", { messages: [{ role: "user", images: ["no picture"] }] }],
    ["/api/generate", { prompt: text, images: [base64] }],
    ["/api/generate", { images: [base64] }],
  ];

  test.for(
    asked.flatMap(([path, body]) => [true, false].map((stream) => ({ path, body, stream }))),
  )("says so at $path, streamed or not ($stream)", async ({ path, body, stream }) => {
    const response = await post(worker.url + path, { model: "small", ...body, stream });
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toMatch(/^application\/json/);
    expect(await response.text()).toContain(
      "The model 'tiny' reads text alone; leave the pictures out, or ask a model that can see.",
    );
  });

  test.for<[path: string, body: object]>([
    ["/v1/messages/count_tokens", inMessages(anthropicImage)],
    ["/v1/responses/input_tokens", { input: responsesInput }],
    ["/v1/chat/completions/input_tokens", { messages: openAi() }],
    ["/apply-template", { messages: openAi() }],
    ["/tokenize", { messages: openAi() }],
  ])("says so where prompts are only shown or counted: %s", async ([path, body]) => {
    const response = await post(worker.url + path, { model: "tiny", ...body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("The model 'tiny' reads text alone");
  });

  test("names the first picture, with a code that clients can tell", async () => {
    const response = await post(`${worker.url}/v1/chat/completions`, {
      model: "tiny",
      messages: openAi(),
    });
    expect(await response.json()).toMatchObject({
      error: {
        type: "invalid_request_error",
        code: "unsupported_capability",
        param: "messages[1].content[1]",
      },
    });
  });

  test("answers the next request as ever", async () => {
    const messages = [{ role: "user", content: [{ type: "text", text }] }];
    const asked = { model: "tiny", messages, max_tokens: 2 };
    expect((await post(`${worker.url}/v1/chat/completions`, asked)).status).toBe(200);
  });
});

describe("a model that sees", () => {
  const speaker = echoSpeaker({ capabilities: ["chat", "vision"] });
  let server: RunningServer;
  beforeAll(async () => {
    const statistics = workerStatistics(() => null, undefined);
    const models = oneModel(() => speaker);
    const app = createApp()
      .route("/", chatRoutes(models, statistics))
      .route("/", messagesRoutes(models, statistics))
      .route("/", responsesRoutes(models, statistics, new ResponseStore()))
      .route("/", ollamaRoutes(models, statistics));
    server = await serve(app, { host: "127.0.0.1", port: 0 });
  });
  afterAll(() => server?.close());
  beforeEach(() => void speaker.requests.splice(0));
  const contents = () => speaker.requests.at(-1)?.messages.map(({ content }) => content);
  const textPart = { type: "text", text };
  const picture = { type: "image_url", image_url: { url: pngUrl } };
  const model = "echo";

  test.for([false, true])("is shown what OpenAI's client sends (stream: %s)", async (stream) => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
    const image_url = { url, detail: "high" as const };
    const content = [
      { type: "text" as const, text },
      { type: "image_url" as const, image_url },
    ];
    const messages = [{ role: "user" as const, content }];
    if (stream)
      for await (const _ of await client.chat.completions.create({ model, messages, stream }));
    else {
      const { choices } = await client.chat.completions.create({ model, messages });
      expect(choices[0]?.message.content).toBe(`${text}\n[${url}]`);
    }
    expect(contents()).toEqual([[textPart, { type: "image_url", image_url }]]);
  });

  test("is shown a bare URL too", async () => {
    await post(`${server.url}/v1/chat/completions`, { model, messages: openAi(pngUrl) });
    expect(contents()).toEqual(["Look.", [textPart, picture]]);
  });

  test("is shown what Anthropic's client sends", async () => {
    const client = new Anthropic({ baseURL: server.url, apiKey: "none", maxRetries: 0 });
    await client.messages.create({
      model,
      max_tokens: 100,
      messages: [
        { role: "user", content: "Hello." },
        {
          role: "user",
          content: [
            anthropicImage,
            { type: "text", text },
            { type: "image", source: { type: "url", url } },
          ],
        },
      ],
    });
    const hello = { type: "text", text: "Hello." };
    const remote = { type: "image_url", image_url: { url } };
    expect(contents()).toEqual([[hello, picture, textPart, remote]]);
  });

  test("is shown by the user what a tool has found", async () => {
    const client = new Anthropic({ baseURL: server.url, apiKey: "none", maxRetries: 0 });
    const use = { type: "tool_use" as const, id: "t1", name: "look", input: {} };
    const found = [{ type: "text" as const, text: "Found." }, anthropicImage];
    await client.messages.create({
      model,
      max_tokens: 100,
      messages: [
        { role: "user", content: "Look." },
        { role: "assistant", content: [use, { ...use, id: "t2" }] },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "t1", content: found },
            { type: "tool_result", tool_use_id: "t2", content: "None." },
            { type: "text", text },
          ],
        },
      ],
    });
    expect(speaker.requests[0]?.messages.slice(2)).toEqual([
      { role: "tool", tool_call_id: "t1", content: "Found." },
      { role: "tool", tool_call_id: "t2", content: "None." },
      { role: "user", content: [picture, textPart] },
    ]);
  });

  test("is shown what the Responses API is sent, and again in the next response", async () => {
    const client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
    const image = { type: "input_image" as const, image_url: pngUrl, detail: "low" as const };
    const content = [{ type: "input_text" as const, text }, image];
    const first = await client.responses.create({ model, input: [{ role: "user", content }] });
    const shown = [textPart, { type: "image_url", image_url: { url: pngUrl, detail: "low" } }];
    expect(contents()).toEqual([shown]);
    const previous_response_id = first.id;
    await client.responses.create({
      model,
      input: "And now?",
      previous_response_id,
      truncation: "auto",
    });
    expect(contents()?.[0]).toEqual(shown);
  });

  test("is shown what Ollama's client sends, by the kind that it is", async () => {
    const client = new Ollama({ host: server.url });
    const images = [png, jpeg, gif];
    await client.chat({ model, messages: [{ role: "user", content: text, images }] });
    const kinds = ["image/png", "image/jpeg", "image/gif"];
    const shown = [png, jpeg, gif].map((bytes, i) => ({
      type: "image_url",
      image_url: { url: `data:${kinds[i]};base64,${bytes.toString("base64")}` },
    }));
    expect(contents()).toEqual([[...shown, textPart]]);
    await client.generate({ model, prompt: "", images: [base64] });
    expect(contents()).toEqual([[picture]]);
  });

  test("is shown what is no picture as such: who fetches pictures says so", async () => {
    await post(`${server.url}/api/chat`, {
      model,
      messages: [{ role: "user", content: "", images: ["AAAA"] }],
    });
    expect(contents()).toEqual([
      [{ type: "image_url", image_url: { url: "data:application/octet-stream;base64,AAAA" } }],
    ]);
  });

  const many = (count: number) => Array.from({ length: count }, () => openAi()[1]);
  test("takes a hundred pictures, and no more", async () => {
    const send = (count: number) =>
      post(`${server.url}/v1/chat/completions`, { model, messages: many(count) });
    expect((await send(100)).status).toBe(200);
    const response = await send(101);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        param: "messages",
        message: "Invalid 'messages': A request may have 100 pictures at most.",
      },
    });
  });

  const shown = { role: "system", content: [{ type: "image_url", image_url: pngUrl }] };
  const anthropic = { type: "image", source: { type: "file", file_id: "f" } };
  test.for<[what: string, path: string, body: object, words: string]>([
    ["system", "/v1/chat/completions", { messages: [shown] }, "here there may be text alone"],
    ["sound", "/v1/chat/completions", { messages: [sound()] }, "send text or image_url"],
    ["no URL", "/v1/chat/completions", { messages: openAi({}) }, "url' is missing"],
    ["an empty URL", "/v1/chat/completions", { messages: openAi("") }, "must not be empty"],
    ["a stored file", "/v1/messages", inMessages(anthropic), "send base64 or url"],
    ["a document", "/v1/messages", inMessages({ type: "document" }), "'document' cannot be read"],
    [
      "an assistant",
      "/v1/messages",
      { max_tokens: 1, messages: [{ role: "assistant", content: [anthropicImage] }] },
      "Only a user's message may have pictures.",
    ],
    [
      "a developer",
      "/v1/responses",
      { input: [{ role: "developer", content: [{ type: "input_image", image_url: pngUrl }] }] },
      "Only a user's message may have pictures.",
    ],
    [
      "a stored file",
      "/v1/responses",
      { input: [{ role: "user", content: [{ type: "input_image", file_id: "f" }] }] },
      "image_url' is missing",
    ],
    [
      "a call's output",
      "/v1/responses",
      {
        input: [{ type: "function_call_output", call_id: "c", output: [{ type: "input_image" }] }],
      },
      "'input_image' cannot be read",
    ],
    [
      "a tool",
      "/api/chat",
      { messages: [{ role: "tool", content: "", images: [base64] }] },
      "Only a user's message may have pictures.",
    ],
    ["raw", "/api/generate", { prompt: "x", raw: true, images: [base64] }, "neither raw nor"],
    ["a suffix", "/api/generate", { prompt: "x", suffix: "y", images: [base64] }, "neither raw"],
  ])("is not asked where the place is wrong: %s at %s", async ([, path, body, words]) => {
    const response = await post(server.url + path, { model, ...body });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
    expect(speaker.requests).toEqual([]);
  });
});

function sound(): object {
  return { role: "user", content: [{ type: "input_audio", input_audio: {} }] };
}
