/** @file Pictures through a worker in front of another server, which sees or reads text alone. */
import { describe, expect, test } from "vitest";
import type { RemoteModelOptions } from "../../src/worker/serve-remote.ts";
import { servePictures } from "../support/picture-server.ts";
import { pngUrl } from "../support/pictures.ts";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";

async function start(vision: boolean, capabilities: RemoteModelOptions["capabilities"] = null) {
  const pictures = keep(await servePictures("127.0.0.1"));
  const stub = keep(await serveStub("vllm"));
  const allowedImageHosts = [`127.0.0.1:${pictures.port}`];
  const worker = await startRemote([
    remoteModel(stub, { names: ["m"], vision, capabilities, allowedImageHosts }),
  ]);
  const at = (path: string) => `http://127.0.0.1:${pictures.port}${path}`;
  return { pictures, stub, worker, at };
}

const inOpenAi = (url: string) => ({
  messages: [{ role: "user", content: [{ type: "image_url", image_url: { url } }], extra: 1 }],
});
const inAnthropic = (url: string) => ({
  max_tokens: 9,
  messages: [{ role: "user", content: [{ type: "image", source: { type: "url", url } }] }],
});
const asked = [true, false].flatMap((stream) => [
  { path: "/v1/chat/completions", toBody: inOpenAi, stream },
  { path: "/v1/messages", toBody: inAnthropic, stream },
]);

describe.each(asked)("a picture at $path (stream: $stream)", ({ path, toBody, stream }) => {
  test("is fetched, and sent to a server that sees", async () => {
    const { worker, stub, at } = await start(true);
    const response = await post(worker.url, path, { model: "m", stream, ...toBody(at("/png")) });
    expect(response.status).toBe(200);
    await response.text();
    expect(stub.bodies).toHaveLength(1);
    expect(stub.bodies[0]).toMatchObject({
      messages: [{ content: [{ type: "image_url", image_url: { url: pngUrl } }] }],
    });
  });

  test("is refused where its host is not named; the server hears nothing of it", async () => {
    const { worker, stub } = await start(true);
    const url = "http://169.254.169.254/latest/meta-data/";
    const response = await post(worker.url, path, { model: "m", stream, ...toBody(url) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("not named in --allowed-image-hosts");
    expect(stub.bodies).toEqual([]);
  });

  test("is refused, not fetched, where the model reads text alone", async () => {
    const { worker, stub, pictures, at } = await start(false);
    const response = await post(worker.url, path, { model: "m", stream, ...toBody(at("/png")) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("The model 'm' reads text alone");
    expect(pictures.seen).toEqual([]);
    expect(stub.bodies).toEqual([]);
  });
});

describe("a request with a picture", () => {
  test("may be larger than one without, and passes on what is not known here", async () => {
    const { worker, stub } = await start(true);
    const bytes = Buffer.concat([Buffer.from(pngUrl.slice(22), "base64"), Buffer.alloc(6_000_000)]);
    const url = `data:image/png;base64,${bytes.toString("base64")}`;
    const response = await post(worker.url, "/v1/chat/completions", {
      model: "m",
      ...inOpenAi(url),
    });
    expect(response.status).toBe(200);
    const [body] = stub.bodies as [{ messages: { content: unknown; extra: number }[] }];
    expect(body.messages[0]?.extra).toBe(1);
    expect(body.messages[0]?.content).toEqual([{ type: "image_url", image_url: { url } }]);
  });
});

describe("a request that is passed on", () => {
  const user = (part: object) => ({ messages: [{ role: "user", content: [part] }] });
  const picture = (url: string) => ({ type: "image_url", image_url: { url } });
  const untyped = (url: string) => ({ image_url: { url } });
  const places: [string, string, (url: string) => object][] = [
    ["without its type", "/v1/chat/completions", (url) => user(untyped(url))],
    ["to be tokenized", "/tokenize", (url) => user(picture(url))],
    ["to be embedded", "/v1/embeddings", (url) => user(picture(url))],
    ["among the inputs", "/v1/embeddings", (url) => ({ input: [untyped(url)] })],
    ["of a document", "/v1/rerank", (url) => ({ documents: [{ content: [picture(url)] }] })],
    ["of a query", "/rerank", (url) => ({ query: { content: [picture(url)] }, documents: ["a"] })],
  ];
  const capabilities = ["chat", "completions", "embeddings", "rerank"] as const;

  describe.each(places)("has its picture %s", (_, path, toBody) => {
    test("fetched", async () => {
      const { stub, worker, at } = await start(true, [...capabilities]);
      const response = await post(worker.url, path, { model: "m", ...toBody(at("/png")) });
      expect(response.status).toBe(200);
      await response.text();
      expect(stub.bodies).toMatchObject([toBody(pngUrl)]);
    });

    test("refused where its host is not named", async () => {
      const { stub, worker } = await start(true, [...capabilities]);
      const url = "http://169.254.169.254/a";
      const response = await post(worker.url, path, { model: "m", ...toBody(url) });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("not named in --allowed-image-hosts");
      expect(stub.bodies).toEqual([]);
    });

    test("refused where the model reads text alone", async () => {
      const { stub, worker } = await start(false, [...capabilities]);
      const response = await post(worker.url, path, { model: "m", ...toBody(pngUrl) });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("The model 'm' reads text alone");
      expect(stub.bodies).toEqual([]);
    });
  });

  const elsewhere: [string, string, object][] = [
    ["messages[0].content[0].video_url", "/v1/chat/completions", user(shown("video_url"))],
    ["messages[0].content[0].audio_url", "/tokenize", user(shown("audio_url"))],
    [
      "messages[0].content[0].image_url",
      "/v1/chat/completions",
      user({ type: "input_image", image_url: "http://169.254.169.254/a" }),
    ],
    [
      "messages[0].content[0].image_pil",
      "/v1/chat/completions",
      user({ image_pil: "file:///etc/a" }),
    ],
    ["input[0].image", "/v1/embeddings", { input: [{ text: "a", image: "/srv/a.png" }] }],
  ];

  test.each(elsewhere)("is refused with %s (%s)", async (param, path, body) => {
    const { stub, worker } = await start(true, [...capabilities]);
    const response = await post(worker.url, path, { model: "m", ...body });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
    expect(stub.bodies).toEqual([]);
  });

  test("may have anything that is in it, and notes that nobody reads", async () => {
    const { stub, worker } = await start(true);
    const body = {
      ...user({ type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } }),
      metadata: { image_url: "http://169.254.169.254/a" },
      tools: [{ type: "function", function: { name: "f", parameters: { image_url: {} } } }],
    };
    const response = await post(worker.url, "/v1/chat/completions", { model: "m", ...body });
    expect(response.status).toBe(200);
    await response.text();
    expect(stub.bodies).toMatchObject([body]);
  });
});

function shown(type: string) {
  return { type, [type]: { url: "http://169.254.169.254/a" } };
}
