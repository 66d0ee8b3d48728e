/** @file A worker in front of a recorded server of each kind, asked by OpenAI's and Anthropic's own clients. */
import Anthropic from "@anthropic-ai/sdk";
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { type RecordedKind, type Recording, recordings } from "../support/upstream-kinds.ts";
import { serveStub } from "../support/upstream-stub.ts";

const kinds = Object.keys(recordings) as RecordedKind[];
const recordingOf = (kind: RecordedKind): Recording => recordings[kind];
/** The stubs are on loopback: what only a host tells has to be said of them. */
const hostKinds = new Set<RecordedKind>(["openai", "azure", "mistral", "cohere"]);
const messages = [{ role: "user" as const, content: "Say hello" }];
const tools = [
  {
    type: "function" as const,
    function: { name: "weather", parameters: { type: "object", properties: {} } },
  },
];

async function startInFrontOf(kind: RecordedKind) {
  const stub = keep(await serveStub(kind));
  const { model } = recordingOf(kind);
  const told = hostKinds.has(kind) ? { kind } : {};
  const settings = { names: ["m"], upstreamModel: model, ...told };
  const worker = await startRemote([remoteModel(stub, settings)]);
  const openai = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
  const anthropic = new Anthropic({ baseURL: worker.url, apiKey: "none", maxRetries: 0 });
  return { stub, worker, openai, anthropic };
}

describe.each(kinds)("in front of %s", (kind) => {
  test("a whole answer is one, under the server's own name for the model", async () => {
    const { openai, stub } = await startInFrontOf(kind);
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer.choices[0]?.message.content).toBe("Hello there");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect(answer.usage?.completion_tokens).toBe(2);
    expect(stub.bodies[0]?.model).toBe(recordingOf(kind).model);
  });

  test("a streamed answer is one", async () => {
    const { openai } = await startInFrontOf(kind);
    const stream = openai.chat.completions.stream({ model: "m", messages });
    const answer = await stream.finalChatCompletion();
    expect(answer.choices[0]?.message.content).toBe("Hello there");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
  });

  test("Anthropic's client is answered", async () => {
    const { anthropic } = await startInFrontOf(kind);
    const stream = anthropic.messages.stream({ model: "m", messages, max_tokens: 50 });
    const answer = await stream.finalMessage();
    expect(answer.content).toEqual([
      expect.objectContaining({ type: "text", text: "Hello there" }),
    ]);
    expect(answer.stop_reason).toBe("end_turn");
    expect(answer.usage.output_tokens).toBe(2);
  });

  test("its refusal is told in OpenAI's shape", async () => {
    const { worker, stub } = await startInFrontOf(kind);
    stub.manner = "refuse";
    for (const stream of [false, true]) {
      const response = await post(worker.url, "/v1/chat/completions", {
        model: "m",
        messages,
        stream,
      });
      const { error } = (await response.json()) as { error: Record<string, unknown> };
      expect(typeof error.message).toBe("string");
      expect(error.message).not.toBe("");
      const { status } = recordingOf(kind).refusal;
      const expected = status === 401 || status === 404 ? 502 : status === 429 ? 429 : 400;
      expect(response.status).toBe(expected);
    }
  });

  const { toolStream, thoughtStream, logprobStream } = recordingOf(kind);

  test.runIf(toolStream !== undefined)("its calls of tools reach both clients", async () => {
    const { openai, anthropic } = await startInFrontOf(kind);
    const stream = openai.chat.completions.stream({ model: "m", messages, tools });
    const [choice] = (await stream.finalChatCompletion()).choices;
    expect(choice?.finish_reason).toBe("tool_calls");
    expect(choice?.message.tool_calls?.[0]).toMatchObject({
      type: "function",
      function: { name: "weather", arguments: '{"city":"Oslo"}' },
    });
    const asked = anthropic.messages.stream({
      model: "m",
      messages,
      max_tokens: 50,
      tools: [{ name: "weather", input_schema: { type: "object" } }],
    });
    const message = await asked.finalMessage();
    expect(message.stop_reason).toBe("tool_use");
    expect(message.content.at(-1)).toMatchObject({
      type: "tool_use",
      name: "weather",
      input: { city: "Oslo" },
    });
  });

  test.runIf(thoughtStream !== undefined)("its thoughts are thoughts", async () => {
    const { anthropic, stub } = await startInFrontOf(kind);
    const stream = anthropic.messages.stream({
      model: "m",
      messages: [{ role: "user", content: "think" }],
      max_tokens: 2000,
      thinking: { type: "enabled", budget_tokens: 1024 },
    });
    const { content } = await stream.finalMessage();
    expect(content[0]).toMatchObject({ type: "thinking", thinking: "Hm" });
    expect(content[1]).toMatchObject({ type: "text", text: "Hello there" });
    expect(stub.bodies).toHaveLength(1);
  });

  test.runIf(logprobStream !== undefined)("its log-probabilities pass", async () => {
    const { openai } = await startInFrontOf(kind);
    const stream = openai.chat.completions.stream({
      model: "m",
      messages,
      logprobs: true,
      top_logprobs: 1,
    });
    const [choice] = (await stream.finalChatCompletion()).choices;
    expect(choice?.logprobs?.content?.map(({ token }) => token)).toEqual(["Hello", " there"]);
  });

  test("what it is is shown among the models", async () => {
    const { worker } = await startInFrontOf(kind);
    const { data } = await worker.served();
    expect(data[0]?.upstream).toMatchObject({ kind, model: recordingOf(kind).model });
  });
});

describe("the settings of a model", () => {
  test.each([
    ["vllm", "max_tokens"],
    ["openai", "max_completion_tokens"],
  ] as const)("are %s's: its answers are limited by %s in every dialect", async (kind, limit) => {
    const stub = keep(await serveStub(kind));
    const settings = { names: ["m"], kind, upstreamModel: recordingOf(kind).model };
    const defaults = { max_tokens: 7 };
    const extraBody = { seed: 1 };
    const worker = await startRemote([remoteModel(stub, { ...settings, defaults, extraBody })]);
    const asked = { model: "m", messages, options: { seed: 2 } };
    for (const path of ["/v1/chat/completions", "/api/chat"]) {
      await post(worker.url, path, { ...asked, seed: 2 }).then((it) => it.text());
      const { max_tokens, max_completion_tokens, seed } = stub.bodies.at(-1) ?? {};
      expect({ max_tokens, max_completion_tokens, seed }).toEqual({ [limit]: 7, seed: 1 });
    }
    const own = { max_tokens: 3 };
    await post(worker.url, "/v1/chat/completions", { ...asked, ...own }).then((it) => it.text());
    expect(stub.bodies.at(-1)).toMatchObject(own);
    expect(stub.bodies.at(-1)).not.toHaveProperty("max_completion_tokens");
  });
});

describe("what a server says of its models", () => {
  test("is heard where its kind is told, too", async () => {
    const kind = "llama-server";
    const stub = keep(await serveStub(kind));
    const worker = await startRemote([remoteModel(stub, { names: ["m"], kind })]);
    const { data } = await worker.served();
    expect(data[0]).toMatchObject({ context_length: 4096, upstream: { kind } });
    const told = await startRemote([remoteModel(stub, { names: ["m"] })]);
    expect(data[0]?.upstream).toEqual((await told.served()).data[0]?.upstream);
  });

  const lengths: Partial<Record<RecordedKind, number>> = {
    vllm: 32_768,
    sglang: 131_072,
    tgi: 4096,
    tabbyapi: 16_384,
    "llama-server": 4096,
    ollama: 131_072,
    mistral: 131_072,
  };

  test.each(Object.entries(lengths))("%s reads %i tokens", async (kind, length) => {
    const stub = keep(await serveStub(kind as RecordedKind));
    const told = kind === "mistral" ? { kind: "mistral" as const } : {};
    const worker = await startRemote([remoteModel(stub, told)]);
    const { data } = await worker.served();
    expect(data[0]?.context_length).toBe(length);
  });

  test("llama-server and Ollama say that a model sees; vLLM does not say", async () => {
    const stubs = [
      await serveStub("llama-server"),
      await serveStub("ollama"),
      await serveStub("vllm"),
    ];
    const worker = await startRemote(stubs.map((stub) => remoteModel(keep(stub))));
    const { data } = await worker.served();
    const seeing = data.filter((it) => (it.capabilities as string[]).includes("vision"));
    expect(seeing.map(({ id }) => id).sort()).toEqual(["gemma-3-4b", "llama3.2:latest"]);
  });

  test("every model that a server lists is served, but those that do not write", async () => {
    const stub = keep(await serveStub("openai"));
    const worker = await startRemote([remoteModel(stub, { kind: "openai" })]);
    const { data } = await worker.served();
    const able = Object.fromEntries(data.map(({ id, capabilities }) => [id, capabilities]));
    expect(able["text-embedding-3-small"]).toEqual(["embeddings"]);
    expect(able["gpt-4o-mini"]).toEqual(["chat", "vision"]);
    expect(able["whisper-1"]).toBeUndefined();
  });

  test("TabbyAPI's loaded model is served, not all that lie on its disk", async () => {
    const stub = keep(await serveStub("tabbyapi"));
    const worker = await startRemote([remoteModel(stub)]);
    expect((await worker.served()).data.map(({ id }) => id)).toEqual(["Mistral-7B-exl2"]);
  });
});
