/** @file Models of other servers come and go in the registry as their servers do, and serve behind our api. */
import OpenAI from "openai";
import { describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import { serveRemoteWorker } from "../../src/worker/serve-remote.ts";
import { eventually } from "../support/eventually.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { serveStub } from "../support/upstream-stub.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];

async function startFleet() {
  const controller = keep(await serveController({ host: "127.0.0.1", port: 0 }));
  const api = keep(
    await serveApi({ host: "127.0.0.1", port: 0, controllerAddress: controller.url }),
  );
  const models = async () => {
    const response = await fetch(`${api.url}/v1/models`);
    const { data } = (await response.json()) as { data?: { id: string }[] };
    return (data ?? []).map(({ id }) => id).sort();
  };
  return { controller, api, models };
}

describe("a remote worker behind the api", () => {
  test("registers one worker for each model, at one address", async () => {
    const { controller, api, models } = await startFleet();
    const [vllm, ollama] = [keep(await serveStub("vllm")), keep(await serveStub("ollama"))];
    await startRemote(
      [remoteModel(vllm, { names: ["big", "gpt-4o"] }), remoteModel(ollama, { names: ["small"] })],
      { controllerAddress: controller.url },
    );
    await eventually(async () => (await models()).length === 3);
    expect(await models()).toEqual(["big", "gpt-4o", "small"]);
    const client = new OpenAI({ baseURL: `${api.url}/v1`, apiKey: "none", maxRetries: 0 });
    for (const model of ["big", "gpt-4o", "small"]) {
      const stream = client.chat.completions.stream({ model, messages });
      const answer = await stream.finalChatCompletion();
      expect(answer.choices[0]?.message.content).toBe("Hello there");
    }
    expect([vllm.bodies.length, ollama.bodies.length]).toEqual([2, 1]);
  });

  test("says where things are without the passwords and keys that ride along", async () => {
    const { controller } = await startFleet();
    const stub = keep(await serveStub("vllm"));
    const secret = (url: string) => `${url.replace("//", "//me:secret@")}?key=secret`;
    const model = remoteModel({ url: secret(stub.url) });
    const controllerAddress = secret(controller.url);
    const worker = await startRemote([model], { controllerAddress });
    await eventually(() => worker.lines.some((line) => line.endsWith(": registered")));
    await stub.close();
    await eventually(() => worker.lines.some((line) => line.includes("not answer any more")));
    expect(worker.lines).toContainEqual(expect.stringContaining(`${stub.url}: vllm`));
    expect(worker.lines.join()).not.toContain("secret");
  });

  test("leaves the registry while its server is away, and comes back with it", async () => {
    const { controller, models } = await startFleet();
    const stub = await serveStub("vllm");
    const { port } = new URL(stub.url);
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })], {
      controllerAddress: controller.url,
    });
    await eventually(async () => (await models()).includes("m"));
    await stub.close();
    await eventually(async () => !(await models()).includes("m"));
    expect((await fetch(`${worker.url}/health`)).status).toBe(503);
    const asked = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(asked.status).toBe(503); // it is known, and will be back
    keep(await serveStub("vllm", { port: Number(port) }));
    await eventually(async () => (await models()).includes("m"));
    expect((await fetch(`${worker.url}/health`)).status).toBe(200);
    const away = worker.lines.filter((line) => /does not answer any more/.test(line));
    expect(away).toHaveLength(1);
  });

  test("leaves it as soon as a request finds its server away", async () => {
    const { controller, models } = await startFleet();
    const stub = await serveStub("vllm");
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })], {
      ...{ controllerAddress: controller.url, healthMs: 60_000 },
    });
    await eventually(async () => (await models()).includes("m"));
    await stub.close();
    const body = { model: "m", messages };
    const asked = await post(worker.url, "/v1/chat/completions", body);
    expect(asked.status).toBe(502);
    await eventually(async () => !(await models()).includes("m"), 1000);
    const again = await post(worker.url, "/v1/chat/completions", body);
    expect(again.status).toBe(503);
    expect(again.headers.get("retry-after")).toBe("2");
  });

  test("started before its server says so in one line, and keeps looking", async () => {
    const stub = await serveStub("vllm");
    const { port } = new URL(stub.url);
    await stub.close();
    const lines: string[] = [];
    const worker = keep(
      await serveRemoteWorker({
        models: [remoteModel(stub, { names: ["m", "n"] })],
        ...{ host: "127.0.0.1", port: 0, healthMs: 20, retryMs: 20 },
        log: (line) => lines.push(line),
      }),
    );
    await eventually(() => lines.length > 0);
    const early = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(early.status).toBe(503);
    keep(await serveStub("vllm", { port: Number(port) }));
    await eventually(async () => (await fetch(`${worker.url}/health`)).status === 200);
    const answered = / m \/v1\/chat\/completions 503 in /;
    await eventually(() => lines.some((line) => answered.test(line)));
    const own = lines.filter((line) => !answered.test(line));
    expect(own).toHaveLength(2);
    expect(own[0]).toMatch(
      /'m' cannot be reached: the connection is refused \(ECONNREFUSED\)\. It is asked again every 0\.02 s until its models can be served\.$/,
    );
    expect(own[1]).toMatch(/vllm 0\.11\.0, serves m \(also n\) as Qwen\/Qwen2\.5-7B-Instruct-AWQ$/);
  });

  test("shares a model's requests among the servers that have it", async () => {
    const stubs = [keep(await serveStub("vllm")), keep(await serveStub("vllm"))];
    const worker = await startRemote(stubs.map((stub) => remoteModel(stub, { names: ["m"] })));
    for (const stub of stubs) stub.manner = "slow";
    const asked = Array.from({ length: 6 }, () =>
      post(worker.url, "/v1/chat/completions", { model: "m", messages, stream: true }),
    );
    await Promise.all(asked.map(async (it) => (await it).text()));
    expect(stubs.map(({ bodies }) => bodies.length)).toEqual([3, 3]);
  });

  test("takes no request without the join token", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = keep(
      await serveRemoteWorker({
        ...{ models: [remoteModel(stub, { names: ["m"] })], host: "127.0.0.1", port: 0 },
        joinToken: "secret",
      }),
    );
    const asked = await post(worker.url, "/v1/chat/completions", { model: "m", messages });
    expect(asked.status).toBe(401);
    expect(stub.bodies).toEqual([]);
  });
});

describe("what is passed on", () => {
  test("is the request with the server's name for the model, fields that we do not know and all", async () => {
    const stub = keep(await serveStub("vllm"));
    const settings = {
      names: ["m"],
      apiKey: "sk-1",
      defaults: { temperature: 0.5, max_tokens: 77 },
      extraBody: { priority: 3 },
    };
    const worker = await startRemote([remoteModel(stub, settings)]);
    const asked = {
      model: "m",
      messages,
      temperature: 0,
      guided_choice: ["a"],
      vllm_xargs: { a: 1 },
    };
    await post(worker.url, "/v1/chat/completions", asked);
    expect(stub.bodies[0]).toEqual({
      ...asked,
      model: "Qwen/Qwen2.5-7B-Instruct-AWQ",
      max_tokens: 77,
      priority: 3,
    });
    expect(stub.headers.authorization).toBe("Bearer sk-1");
  });

  test("never has a picture for a model that reads text alone", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["blind"] })]);
    const url = "data:image/png;base64,iVBORw0KGgo=";
    const content = [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url } },
    ];
    const asked = { model: "blind", messages: [{ role: "user", content }] };
    const response = await post(worker.url, "/v1/chat/completions", asked);
    expect(response.status).toBe(400);
    const { error } = (await response.json()) as { error: { message: string; param: string } };
    expect(error.message).toMatch(/'blind' reads text alone/);
    expect(stub.bodies).toEqual([]);
  });

  test.for([
    ["m", "m"],
    ["gpt-4o", "gpt-4o"],
    ["Qwen/Qwen2.5-7B-Instruct-AWQ", "q"], // the server's own name: its very bytes
  ] as const)("asked for as %s is answered as %s", async ([model, answered]) => {
    const stub = keep(await serveStub("vllm"));
    const names = ["m", "gpt-4o", "Qwen/Qwen2.5-7B-Instruct-AWQ"];
    const worker = await startRemote([remoteModel(stub, { names })]);
    const client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none", maxRetries: 0 });
    const whole = await client.chat.completions.create({ model, messages });
    expect(whole.model).toBe(answered);
    const chunks = await client.chat.completions.create({ model, messages, stream: true });
    const told = new Set<string>();
    for await (const chunk of chunks) told.add(chunk.model);
    expect([...told]).toEqual([answered]);
  });

  test("says what can be done where the server's model does not embed or rank", async () => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })]);
    const embedding = await post(worker.url, "/v1/embeddings", { model: "m", input: "a" });
    expect(await embedding.json()).toMatchObject({
      error: {
        message:
          "The model 'm' gives no embeddings; if the server behind it gives them, name embeddings in its worker's --capabilities (capabilities in models.yaml), else ask another model.",
      },
    });
    const asked = { model: "m", query: "a", documents: ["b"] };
    const ranking = await (await post(worker.url, "/v1/rerank", asked)).text();
    expect(ranking).toContain("name rerank in its worker's --capabilities");
    expect(ranking).not.toContain("GGUF");
  });

  test("vectors and tokens come back as the server has them", async () => {
    const stub = keep(await serveStub("vllm"));
    const capabilities = ["embeddings" as const];
    const worker = await startRemote([remoteModel(stub, { names: ["e"], capabilities })]);
    const client = new OpenAI({ baseURL: `${worker.url}/v1`, apiKey: "none" });
    const { data } = await client.embeddings.create({
      model: "e",
      input: ["a", "b"],
      encoding_format: "float",
    });
    expect(data.map(({ embedding }) => embedding)).toEqual([
      [0.6, 0.8],
      [0.6, 0.8],
    ]);
    const counted = await post(worker.url, "/tokenize", { model: "e", prompt: "one two three" });
    expect(await counted.json()).toMatchObject({ count: 3 });
    const check = { prompts: [{ model: "e", prompt: "one two three", max_tokens: 5 }] };
    const checked = await post(worker.url, "/api/v1/token_check", check);
    expect(await checked.json()).toEqual({
      prompts: [{ fits: true, tokenCount: 3, contextLength: 32_768 }],
    });
  });
});

describe("a connection to the server behind", () => {
  test.each([
    ["/v1/chat/completions", true],
    ["/v1/chat/completions", false],
    ["/v1/messages", true],
  ])("is used again after an answer of %s (stream: %s)", async (path, stream) => {
    const stub = keep(await serveStub("vllm"));
    const worker = await startRemote([remoteModel(stub, { names: ["m"] })], { healthMs: 60_000 });
    const before = [...stub.sockets]; // of the routes that it was asked about
    for (let i = 0; i < 20; i++)
      await post(worker.url, path, { model: "m", messages, stream, max_tokens: 5 }).then((it) =>
        it.text(),
      );
    expect([...stub.sockets].filter((socket) => !before.includes(socket))).toEqual([]);
    expect(stub.bodies).toHaveLength(20);
  });
});

describe("our own api as the server behind", () => {
  test("answers the same bytes through the worker as by itself", { timeout: 30_000 }, async () => {
    const { controller, api, models } = await startFleet();
    const path = tinyModel({ architecture: "qwen2" });
    keep(
      await serveWorker({
        ...{ modelPath: path, names: ["tiny"], host: "127.0.0.1", port: 0 },
        ...{
          controllerAddress: controller.url,
          gpu: "cpu",
          contextSize: 512,
          slots: 2,
          threads: 1,
        },
      }),
    );
    await eventually(async () => (await models()).includes("tiny"), 15_000);
    const worker = await startRemote([remoteModel({ url: api.url }, { silenceMs: 20_000 })]);
    const { data } = await worker.served();
    expect(data[0]).toMatchObject({
      id: "tiny",
      context_length: 512,
      upstream: { kind: "fastchat" },
    });
    const sizeAt = async (url: string) => {
      const { models } = (await (await fetch(`${url}/api/tags`)).json()) as Tags;
      return models.map(({ size, details }) => [size, details.family]);
    };
    expect(await sizeAt(worker.url)).toEqual(await sizeAt(api.url));
    expect((await sizeAt(worker.url))[0]).toEqual([expect.any(Number), "qwen2"]);
    const greedy = { max_tokens: 12, temperature: 0, ignore_eos: true };
    const options = { ...greedy, cache_prompt: false };
    const asked = { model: "tiny", messages, ...options };
    const bodies: [string, object][] = [
      ["/v1/chat/completions", asked],
      ["/v1/chat/completions", { ...asked, stream: true, stream_options: { include_usage: true } }],
      ["/v1/chat/completions", { ...asked, logprobs: true, top_logprobs: 2 }],
      ["/v1/chat/completions", { ...asked, n: 2 }],
      ["/v1/completions", { model: "tiny", prompt: "Once", ...options, logprobs: 1, echo: true }],
      ["/v1/completions", { model: "tiny", prompt: "Once upon", ...options, stream: true }],
      ["/tokenize", { model: "tiny", prompt: "Once upon a time" }],
      ["/v1/chat/completions", { ...asked, temperature: 9 }],
    ];
    for (const [route, body] of bodies) {
      const told = async (url: string) => {
        const response = await post(url, route, body);
        return `${response.status} ${withoutChance(await response.text())}`;
      };
      // One after the other, without a cache: the same batches have the same numbers.
      const direct = await told(api.url);
      expect((await told(worker.url)) === direct, `${route} ${direct.slice(0, 200)}`).toBe(true);
    }
  });
});

type Tags = { models: { size: number; details: { family: string } }[] };

/** Ids and times differ between any two answers. */
function withoutChance(text: string): string {
  return text
    .replace(/"(id|created)":("[^"]*"|\d+)/g, '"$1":0')
    .replace(/"timings":\{[^}]*\}/g, '"timings":{}');
}
