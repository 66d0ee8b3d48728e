/** @file Ollama's own client, unmodified, against the Ollama routes of a worker. */
import { type ChatResponse, Ollama } from "ollama";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { oneModel } from "../../src/serving/models.ts";
import { ollamaRoutes } from "../../src/serving/ollama/chat-routes.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { ollamaModelRoutes } from "../../src/worker/routes/ollama/model-routes.ts";
import { echoSpeaker } from "../support/echo-speaker.ts";

const speaker = echoSpeaker();
let server: RunningServer;
let client: Ollama;

beforeAll(async () => {
  const statistics = workerStatistics(() => null, undefined);
  const app = createApp()
    .route(
      "/",
      ollamaRoutes(
        oneModel(() => speaker),
        statistics,
      ),
    )
    .route(
      "/",
      ollamaModelRoutes(() => speaker),
    );
  server = await serve(app, { host: "127.0.0.1", port: 0 });
  client = new Ollama({ host: server.url });
});
afterAll(() => server.close());
beforeEach(() => {
  speaker.requests.splice(0);
  speaker.completions.splice(0);
});

const model = "echo";
const ask = (content: string) => ({ model, messages: [{ role: "user", content }] });
const weather = {
  type: "function",
  function: {
    name: "weather",
    description: "Tells the weather.",
    parameters: { type: "object", properties: { city: { type: "string" } } },
  },
};

describe("chat", () => {
  test("answers whole, with counts and durations in ns", async () => {
    expect(await client.chat(ask("one two three"))).toEqual({
      model,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      message: { role: "assistant", content: "one two three" },
      done: true,
      done_reason: "stop",
      total_duration: 6_000_000,
      load_duration: 0,
      prompt_eval_count: 3,
      prompt_eval_duration: 2_000_000,
      eval_count: 3,
      eval_duration: 3_000_000,
    });
  });

  test("streams words, thoughts, and calls once they are whole", async () => {
    const script = 'think: hm well\nHere: \ncall: weather {"city":"Rome"}\ncall: weather {}';
    const chunks: ChatResponse[] = [];
    for await (const chunk of await client.chat({ ...ask(script), tools: [weather], stream: true }))
      chunks.push(chunk);
    expect(chunks.map(({ message }) => message.thinking ?? "").join("")).toBe("hm well");
    expect(chunks.map(({ message }) => message.content).join("")).toBe("Here: \n");
    const called = chunks.flatMap(({ message }) => message.tool_calls ?? []);
    expect(called.map((call) => call.function)).toMatchObject([
      { name: "weather", arguments: { city: "Rome" } },
      { name: "weather", arguments: {} },
    ]);
    expect(chunks.filter(({ done }) => done)).toHaveLength(1);
    expect(chunks.at(-1)).toMatchObject({ done: true, done_reason: "stop", eval_count: 8 });
    const whole = await client.chat({ ...ask(script), tools: [weather] });
    expect(whole.message).toMatchObject({ thinking: "hm well", content: "Here: \n" });
    expect(whole.message.tool_calls).toEqual(called);
  });

  test("is streamed unless the request says otherwise, a line of JSON each", async () => {
    const response = await post("/api/chat", ask("one two"));
    expect(response.headers.get("content-type")).toBe("application/x-ndjson");
    const lines = (await response.text()).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines.map((line) => JSON.parse(line).message.content)).toEqual(["one ", "two", ""]);
  });

  test("passes its options on by our names, and drops those of the machine", async () => {
    await client.chat({
      ...ask("x"),
      format: { type: "object" },
      think: "high",
      keep_alive: "5m",
      options: {
        num_predict: 7,
        num_ctx: 2048,
        temperature: 0.5,
        repeat_last_n: -1,
        mirostat: 2,
        mirostat_tau: 4,
        stop: ["END"],
        seed: 3,
      },
    });
    expect(speaker.requests[0]).toMatchObject({
      max_tokens: 7,
      temperature: 0.5,
      repeat_last_n: -1,
      mirostat: 2,
      mirostat_tau: 4,
      stop: ["END"],
      seed: 3,
      reasoning: { enabled: true },
      reasoning_effort: "high",
      response_format: { type: "json_schema", json_schema: { schema: { type: "object" } } },
    });
    await client.chat({ ...ask("x"), think: false, format: "json", options: { num_predict: -1 } });
    expect(speaker.requests[1]).toMatchObject({
      reasoning: { enabled: false },
      response_format: { type: "json_object" },
    });
    expect(speaker.requests[1]?.max_tokens).toBeUndefined();
  });

  test("finds the call that a tool's answer belongs to", async () => {
    const call = (name: string) => ({ function: { name, arguments: {} } });
    await client.chat({
      model,
      messages: [
        { role: "user", content: "How is it?" },
        {
          role: "assistant",
          content: "",
          thinking: "hm",
          tool_calls: [call("weather"), call("time")],
        },
        { role: "tool", content: "noon", tool_name: "time" },
        { role: "tool", content: "sunny" },
      ],
    });
    expect(speaker.requests[0]?.messages.slice(1)).toMatchObject([
      { reasoning_content: "hm", tool_calls: [{ id: "call_1_0" }, { id: "call_1_1" }] },
      { role: "tool", content: "noon", tool_call_id: "call_1_1" },
      { role: "tool", content: "sunny", tool_call_id: "call_1_0" },
    ]);
  });

  test("tells log-probabilities", async () => {
    const answer = await client.chat({ ...ask("one two"), logprobs: true, top_logprobs: 2 });
    expect(answer.logprobs).toMatchObject([
      { token: "one ", logprob: -0.4, top_logprobs: [{ token: "one " }, { token: "?" }] },
      { token: "two", logprob: -0.3 },
    ]);
  });

  test("says that the model is loaded where nothing is asked", async () => {
    expect(await client.chat({ model })).toMatchObject({ done: true, done_reason: "load" });
    expect(await client.generate({ model, prompt: "" })).toMatchObject({ done_reason: "load" });
  });

  test("finds the model by its name with :latest, and by its alias", async () => {
    for (const name of ["echo:latest", "parrot", "parrot:latest"])
      expect((await client.chat({ ...ask("x"), model: name })).model).toBe(name);
  });
});

describe("generate", () => {
  test("puts the prompt into the model's template, and streams", async () => {
    const asked = { model, prompt: "think: hm\none two", system: "Be brief." };
    expect(await client.generate(asked)).toMatchObject({
      response: "one two",
      thinking: "hm",
      done: true,
    });
    expect(speaker.requests[0]?.messages).toMatchObject([
      { role: "system", content: "Be brief." },
      { role: "user", content: asked.prompt },
    ]);
    let text = "";
    for await (const { response } of await client.generate({ ...asked, stream: true }))
      text += response ?? "";
    expect(text).toBe("one two");
  });

  test("leaves a raw prompt as it is, and ends it where it is told to", async () => {
    const options = { num_predict: 2 };
    const answer = await client.generate({ model, prompt: "one two three", raw: true, options });
    expect(answer).toMatchObject({ response: "one two ", done_reason: "length" });
    expect(speaker.completions[0]).toMatchObject({ prompt: "one two three", max_tokens: 2 });
    await client.generate({ model, prompt: "one", raw: true });
    expect(speaker.completions[1]?.max_tokens).toBe(4096);
  });

  test("fills a hole where there is a suffix", async () => {
    const answer = await client.generate({ model, prompt: "before ", suffix: "after" });
    expect(answer.response).toBe("before after");
    expect(speaker.completions[0]).toMatchObject({ prompt: "before ", suffix: "after" });
  });
});

describe("models", () => {
  test("are listed by each of their names", async () => {
    const { models } = await client.list();
    expect(models.map(({ name }) => name)).toEqual(["echo", "parrot"]);
    expect(models[0]).toMatchObject({
      digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      details: { family: "echo", parameter_size: "1.5B", quantization_level: "Q4_K_M" },
    });
    expect((await client.ps()).models).toMatchObject([{ name: "echo", context_length: 4096 }]);
  });

  test("are shown with what their file says and what they can do", async () => {
    expect(await client.show({ model: "echo:latest" })).toMatchObject({
      template: "{{ messages }}",
      parameters: "temperature 0.7",
      capabilities: ["completion", "tools", "thinking"],
      model_info: {
        "general.architecture": "echo",
        "general.parameter_count": 1_500_000_000,
        "echo.context_length": 4096,
      },
    });
    expect((await client.version()).version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

test("a message whose content is null has none", async () => {
  const call = { function: { name: "weather", arguments: {} } };
  const calling = { role: "assistant", content: null, tool_calls: [call] };
  const messages = [calling, { role: "user", content: "one" }];
  expect((await post("/api/chat", { model, messages, stream: false })).status).toBe(200);
  expect(speaker.requests[0]?.messages[0]).toMatchObject({ role: "assistant", content: "" });
});

describe("a refusal", () => {
  test("is a sentence in `error`", async () => {
    await expect(client.chat({ ...ask("x"), model: "nope" })).rejects.toMatchObject({
      name: "ResponseError",
      status_code: 404,
      error: expect.stringContaining("'nope'"),
    });
    const response = await post("/api/chat", { ...ask("x"), options: { temperature: 9 } });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: expect.stringContaining("options.temperature"),
    });
    expect(await (await post("/api/pull", {})).json()).toEqual({
      error: expect.stringContaining("/api/pull"),
    });
  });

  test.for<[string, string, object]>([
    ["images in a chat", "/api/chat", { messages: [{ role: "user", images: ["AAAA"] }] }],
    ["images of a prompt", "/api/generate", { prompt: "x", images: ["AAAA"] }],
    ["a template", "/api/generate", { prompt: "x", template: "{{ .Prompt }}" }],
    ["a context", "/api/generate", { prompt: "x", context: [1, 2] }],
  ])("meets %s", async ([, path, body]) => {
    const response = await post(path, { model, ...body });
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ error: expect.any(String) });
  });

  test("in the midst of a stream is its last line", async () => {
    const read = async () => {
      for await (const _ of await client.chat({ ...ask("one\nfail"), stream: true }));
    };
    await expect(read()).rejects.toThrow(/stopped before the answer was complete/);
  });
});

function post(path: string, body: object): Promise<Response> {
  return fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}
