import { setTimeout as wait } from "node:timers/promises";
import Anthropic from "@anthropic-ai/sdk";
import { Ollama } from "ollama";
import OpenAI, { APIError, APIUserAbortError } from "openai";
import { describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import type { RunningServer } from "../../src/http/serve.ts";
import { eventually } from "../support/eventually.ts";
import {
  type FastChatWorker,
  type FastChatWorkerOptions,
  serveFastChatWorker,
} from "../support/fastchat-worker.ts";
import { pngUrl } from "../support/pictures.ts";
import { keep } from "../support/started.ts";

const host = "127.0.0.1";
const model = "vicuna-7b-v1.5";

type House = {
  api: RunningServer;
  controller: RunningServer;
  worker: FastChatWorker;
  client: OpenAI;
};

/** A controller with an api, and a FastChat worker that has registered there, unchanged. */
async function house(options: FastChatWorkerOptions = {}, multimodal = false): Promise<House> {
  const worker = keep(await serveFastChatWorker(options));
  const controller = keep(await serveController({ host, port: 0, allowedWorkers: [host] }));
  expect((await worker.register(controller.url, { multimodal })).status).toBe(200);
  const api = keep(await serveApi({ host, port: 0, controllerAddress: controller.url }));
  const client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: "none", maxRetries: 0 });
  await eventually(async () => (await client.models.list()).data.length === worker.names.length);
  return { api, controller, worker, client };
}

const ask = (content: string) => ({ model, messages: [{ role: "user" as const, content }] });

describe("a FastChat worker behind the api", () => {
  test("is asked with its own template, and its words come whole", async () => {
    const { client, worker } = await house();
    const answer = await client.chat.completions.create({ ...ask("one two three"), top_p: 0.5 });
    expect(answer.choices[0]?.message.content).toBe("one two three");
    expect(answer.choices[0]?.finish_reason).toBe("stop");
    expect(answer.usage).toMatchObject({ prompt_tokens: 29, completion_tokens: 3 });
    const asked = worker.seen.find(({ path }) => path === "/worker_generate_stream")?.body;
    expect(asked).toMatchObject({
      model,
      prompt:
        "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions. USER: one two three ASSISTANT:",
      temperature: 0.7,
      top_p: 0.5,
      top_k: -1,
      repetition_penalty: 1,
      echo: false,
      max_new_tokens: 2048 - 29 - 1, // one more, and the worker drops the first token
      logprobs: null,
    });
  });

  test("streams deltas of its cumulative text, and says what it used", async () => {
    const { client } = await house();
    const stream = await client.chat.completions.create({
      ...ask("one two three"),
      stream: true,
      stream_options: { include_usage: true },
    });
    const pieces: string[] = [];
    let usage: unknown;
    for await (const chunk of stream) {
      const content = chunk.choices[0]?.delta.content;
      if (content) pieces.push(content);
      usage = chunk.usage ?? usage;
    }
    expect(pieces).toEqual(["one ", "two ", "three"]);
    expect(usage).toMatchObject({ completion_tokens: 3 });
  });

  test("gives n answers, ends at stop strings and at max_tokens", async () => {
    const { client } = await house();
    const two = { ...ask("one two three"), n: 2 };
    const { choices, usage } = await client.chat.completions.create(two);
    expect(usage).toMatchObject({ prompt_tokens: 29, completion_tokens: 6 });
    expect(choices.map(({ message }) => message.content)).toEqual([
      "one two three",
      "one two three",
    ]);
    const stopped = await client.chat.completions.create({ ...ask("one two three"), stop: "tw" });
    expect(stopped.choices[0]?.message.content).toBe("one ");
    const cut = await client.chat.completions.create({ ...ask("one two three"), max_tokens: 2 });
    expect(cut.choices[0]).toMatchObject({
      finish_reason: "length",
      message: { content: "one two " },
    });
  });

  test("tells log-probabilities, of chats and of prompts", async () => {
    const { client } = await house();
    const chat = await client.chat.completions.create({ ...ask("one two"), logprobs: true });
    expect(
      chat.choices[0]?.logprobs?.content?.map(({ token, logprob }) => [token, logprob]),
    ).toEqual([
      ["one ", -0.4],
      ["two", -0.3],
    ]);
    const text = await client.completions.create({
      model,
      prompt: "USER: one two ASSISTANT:",
      echo: true,
      logprobs: 1,
    });
    expect(text.choices[0]?.text).toBe("USER: one two ASSISTANT:one two");
    expect(text.choices[0]?.logprobs?.tokens).toEqual([
      "<s>",
      "USER: ",
      "one ",
      "two ",
      "ASSISTANT:",
      "one ",
      "two",
    ]);
    expect(text.choices[0]?.logprobs?.token_logprobs?.[0]).toBeNull();
  });

  test("embeds, and counts for token_check", async () => {
    const { client, api } = await house();
    const input = Array.from({ length: 40 }, (_, i) => "word ".repeat(i + 1));
    const { data, usage } = await client.embeddings.create({
      model,
      input,
      encoding_format: "float",
    });
    expect(data).toHaveLength(40);
    expect(data[0]?.embedding[0]).toBeCloseTo(5 / Math.hypot(5, 1), 6);
    expect(usage.prompt_tokens).toBe(input.reduce((sum, _, i) => sum + i + 2, 0));
    const checked = await fetch(`${api.url}/api/v1/token_check`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ prompts: [{ model, prompt: "one two", max_tokens: 2046 }] }),
    });
    expect(await checked.json()).toEqual({
      prompts: [{ fits: false, tokenCount: 3, contextLength: 2048 }],
    });
  });

  test("is spoken to in Anthropic's and Ollama's dialects too", async () => {
    const { api } = await house();
    const anthropic = new Anthropic({ baseURL: api.url, apiKey: "none", maxRetries: 0 });
    const message = await anthropic.messages.create({ ...ask("one two"), max_tokens: 9 });
    expect(message.content).toMatchObject([{ type: "text", text: "one two" }]);
    const ollama = new Ollama({ host: api.url });
    const { message: said } = await ollama.chat(ask("three four"));
    expect(said.content).toBe("three four");
  });

  test("is told tools in words, and its JSON is read as a call", async () => {
    const { client } = await house();
    const tool = { type: "function" as const, function: { name: "look", parameters: {} } };
    const call = '{"name": "look", "arguments": {"at": 1}}';
    const { choices } = await client.chat.completions.create({ ...ask(call), tools: [tool] });
    expect(choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ function: { name: "look", arguments: '{"at": 1}' } }] },
    });
  });
});

describe("a response of a FastChat worker", () => {
  test("is kept, read, followed and dropped", async () => {
    const { client, worker } = await house();
    const first = await client.responses.create({ model, input: "one" });
    expect((await client.responses.retrieve(first.id)).output_text).toBe("one");
    const { data } = await client.responses.inputItems.list(first.id);
    expect(data).toMatchObject([{ content: [{ text: "one" }] }]);
    const follows = { model, input: "two", previous_response_id: first.id };
    expect((await client.responses.create(follows)).output_text).toBe("two");
    expect(worker.seen.at(-1)?.body.prompt).toMatch(
      /USER: one ASSISTANT: one<\/s>USER: two ASSISTANT:$/,
    );
    await client.responses.delete(first.id);
    await expect(client.responses.retrieve(first.id)).rejects.toMatchObject({ status: 404 });
    await expect(client.responses.create(follows)).rejects.toMatchObject({
      status: 400,
      code: "previous_response_not_found",
    });
  });

  test("is gone on from by another worker of the model when the first is busy or gone", async () => {
    const { client, controller, worker } = await house();
    const { id } = await client.responses.create({ model, input: "one" });
    const other = keep(await serveFastChatWorker());
    expect((await other.register(controller.url)).status).toBe(200);
    await worker.register(controller.url, {
      worker_status: { model_names: [model], speed: 1, queue_length: 5 },
    });
    await eventually(async () => {
      await client.responses.create({ model, input: "two", previous_response_id: id });
      return other.seen.some(({ path }) => path === "/worker_generate_stream");
    });
    await expect(client.responses.retrieve(id)).resolves.toMatchObject({ output_text: "one" });
  });
});

describe("several FastChat workers", () => {
  test("of many models each, as multi_model_worker, are asked by name", async () => {
    const { client, worker } = await house({ names: ["vicuna", "koala"] });
    for (const name of worker.names) {
      const { choices } = await client.chat.completions.create({ ...ask("hi"), model: name });
      expect(choices[0]?.message.content).toBe("hi");
      expect(worker.seen.at(-1)?.body.model).toBe(name);
    }
  });

  test("stand in for one that is lost before it has answered", async () => {
    const one = keep(await serveFastChatWorker());
    const other = keep(await serveFastChatWorker());
    const allowedWorkers = ["127.0.0.1"];
    const controller = keep(await serveController({ host, port: 0, allowedWorkers }));
    for (const each of [one, other]) await each.register(controller.url);
    const api = keep(await serveApi({ host, port: 0, controllerAddress: controller.url }));
    const client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: "none", maxRetries: 0 });
    await eventually(async () => (await client.models.list()).data.length === 1);
    await one.close();
    for (let i = 0; i < 6; i++) {
      const { choices } = await client.chat.completions.create(ask("still here"));
      expect(choices[0]?.message.content).toBe("still here");
    }
  });
});

describe("what goes wrong at a FastChat worker", () => {
  const failure = (asked: Promise<unknown>) =>
    asked.then(
      () => null,
      (error: unknown) => error as APIError,
    );

  test("is told in OpenAI's words before the answer has begun", async () => {
    const { client, worker } = await house();
    const cases: [words: string, status: number, code: string, text: RegExp][] = [
      ["fail", 502, "upstream_error", /failed \(50001\): it failed/],
      ["oom", 502, "upstream_out_of_memory", /CUDA out of memory/],
      ["die", 502, "upstream_lost", /broke off/],
      ["nothing", 502, "upstream_lost", /without saying anything/],
      ["abort", 502, "upstream_error", /gave up its answer/],
      ["garbage", 502, "upstream_error", /makes no sense/],
      ["endless", 502, "upstream_error", /without an end/],
      ["x ".repeat(2100), 400, "context_length_exceeded", /maximum context length is 2048/],
    ];
    for (const [words, status, code, text] of cases)
      for (const stream of [false, true]) {
        const error = await failure(client.chat.completions.create({ ...ask(words), stream }));
        expect([words.slice(0, 9), error?.status, error?.code]).toEqual([
          words.slice(0, 9),
          status,
          code,
        ]);
        expect(error?.message).toMatch(text);
      }
    await eventually(() => worker.active === 0);
  });

  test.for(["fail", "oom", "die", "garbage", "endless", "abort"])(
    "is the stream's last event once it has begun: %s",
    async (trouble) => {
      const { client, worker } = await house();
      const stream = await client.chat.completions.create({
        ...ask(`one two ${trouble}`),
        stream: true,
      });
      let text = "";
      const error = await failure(
        (async () => {
          for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
        })(),
      );
      expect(text).toBe("one two ");
      expect(error).toBeInstanceOf(APIError);
      await eventually(() => worker.active === 0);
    },
  );

  test("puts a worker out that dies in its streams again and again", async () => {
    const { api, client } = await house();
    for (let i = 0; i < 3; i++) {
      const stream = await client.chat.completions.create({ ...ask("one two die"), stream: true });
      const read = async () => {
        for await (const _ of stream);
      };
      await expect(read()).rejects.toThrow();
    }
    const metrics = await (await fetch(`${api.url}/metrics`)).text();
    expect(metrics).toMatch(/^fastchat_api_broken_answers_total 3$/m);
    expect(metrics).toMatch(/^fastchat_api_workers_ejected 1$/m);
  });

  test("is refused by name where no worker could do it", async () => {
    const { client } = await house();
    const error = await failure(
      client.chat.completions.create({ ...ask("x"), response_format: { type: "json_object" } }),
    );
    expect(error).toMatchObject({ status: 400, param: "response_format" });
    const unknown = await fetch(`${client.baseURL}/rerank`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model, query: "x", documents: ["y"] }),
    });
    expect(unknown.status).toBe(400);
  });

  test.for([false, true])("is shown no picture, and says so (stream: %s)", async (stream) => {
    const { client, worker } = await house();
    const shown = { type: "image_url" as const, image_url: { url: pngUrl } };
    const messages = [{ role: "user" as const, content: [shown] }];
    await expect(client.chat.completions.create({ model, messages, stream })).rejects.toMatchObject(
      {
        status: 400,
        code: "unsupported_capability",
        param: "messages[0].content[0]",
        message: expect.stringContaining(`The model '${model}' reads text alone`),
      },
    );
    expect(worker.seen).toEqual([]);
  });

  test("is shown pictures where it sees: beside the prompt, with a mark for each", async () => {
    const { client, worker } = await house({}, true);
    const picture = { type: "image_url" as const, image_url: { url: pngUrl } };
    const words = { type: "text" as const, text: "what is $$<image>$$?" };
    const content = [picture, words, picture];
    await client.chat.completions.create({ model, messages: [{ role: "user", content }] });
    const asked = worker.seen.find(({ path }) => path === "/worker_generate_stream")?.body;
    expect(asked?.images).toEqual([pngUrl, pngUrl]);
    expect(asked?.prompt).toMatch(
      /USER: \$\$<image>\$\$\$\$<image>\$\$what is \$\$ <image> \$\$\? ASSISTANT:$/,
    );
    const told = [
      { role: "system" as const, content: "$$<image>$$ one" },
      { role: "user" as const, content: "two" },
    ];
    await client.chat.completions.create({ model, messages: told });
    expect(worker.seen.at(-1)?.body.prompt).toMatch(/^\$\$ <image> \$\$ one USER: two/);
    await client.completions.create({ model, prompt: "$$<image>$$ three" });
    expect(worker.seen.at(-1)?.body.prompt).toBe("$$ <image> $$ three");
    const elsewhere = { type: "image_url" as const, image_url: { url: "http://127.0.0.1/x.png" } };
    const refused = client.chat.completions.create({
      model,
      messages: [{ role: "user", content: [elsewhere] }],
    });
    await expect(refused).rejects.toMatchObject({ status: 400, param: "messages[0].content[0]" });
  });

  test("is a picture until the worker has registered again as one that sees", async () => {
    const { client, controller, worker } = await house();
    const shown = { type: "image_url" as const, image_url: { url: pngUrl } };
    const asked = { model, messages: [{ role: "user" as const, content: [shown] }] };
    expect(await failure(client.chat.completions.create(asked))).toMatchObject({ status: 400 });
    await worker.register(controller.url, { multimodal: true });
    await eventually(async () => (await failure(client.chat.completions.create(asked))) === null);
    expect(worker.seen.at(-1)?.body.images).toEqual([pngUrl]);
  });

  test("is a worker without embeddings, which chats as before", async () => {
    const { client } = await house({ withoutEmbeddings: true });
    for (let i = 0; i < 4; i++) {
      const error = await failure(client.embeddings.create({ model, input: "x" }));
      expect(error).toMatchObject({ status: 400, code: "unsupported_capability" });
    }
    const { choices } = await client.chat.completions.create(ask("still here"));
    expect(choices[0]?.message.content).toBe("still here");
  });

  test("is no client's leaving while others wait for the worker's template too", async () => {
    const { client, worker } = await house({ shyMs: 300 });
    const leaving = new AbortController();
    const { signal } = leaving;
    const left = failure(client.chat.completions.create(ask("one"), { signal }));
    await eventually(() => worker.seen.length > 0);
    const stays = client.chat.completions.create(ask("two"));
    await wait(100);
    leaving.abort();
    expect(await left).toBeInstanceOf(APIUserAbortError);
    expect((await stays).choices[0]?.message.content).toBe("two");
  });

  test("ends the worker's answer when the client leaves, hanging or not", async () => {
    const { client, worker } = await house({ pauseMs: 20 });
    for (const words of ["hang", "one ".repeat(500)]) {
      const leaving = new AbortController();
      const asked = failure(
        client.chat.completions.create(
          { ...ask(words), stream: false },
          { signal: leaving.signal },
        ),
      );
      await eventually(() => worker.active === 1);
      leaving.abort();
      await asked;
      await eventually(() => worker.active === 0);
    }
  });
});
