/** @file Pictures in front of another server: in each dialect, from a real server of pictures. */
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createApp } from "../../src/http/app.ts";
import { pictureFetcher } from "../../src/http/picture-fetcher.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { picturesIn } from "../../src/protocol/picture-parts.ts";
import type { Served } from "../../src/protocol/speaker.ts";
import { prepared, preparedSpeaker } from "../../src/remote/prepared-speaker.ts";
import { chatRoutes } from "../../src/serving/chat-routes.ts";
import { messagesRoutes } from "../../src/serving/messages-routes.ts";
import { oneModel } from "../../src/serving/models.ts";
import { ollamaRoutes } from "../../src/serving/ollama/chat-routes.ts";
import { ResponseStore } from "../../src/serving/responses/response-store.ts";
import { responsesRoutes } from "../../src/serving/responses/responses-routes.ts";
import { workerStatistics } from "../../src/worker/metrics/statistics.ts";
import { type EchoSpeaker, echoSpeaker } from "../support/echo-speaker.ts";
import { type PictureServer, servePictures } from "../support/picture-server.ts";
import { dataUrl, jpeg, png, pngUrl } from "../support/pictures.ts";

const seer = echoSpeaker({ id: "seer", capabilities: ["chat", "completions", "vision"] });
const reader = echoSpeaker({ id: "reader", capabilities: ["chat", "completions"] });
const servers: { close(): Promise<void> }[] = [];
let pictures: PictureServer;
let front: RunningServer;
let blind: RunningServer;

/** An echo has no vectors. */
const withVectors = (speaker: EchoSpeaker): Served => ({
  ...speaker,
  embed: () => Promise.reject(new Error("An echo has no vectors.")),
});

async function serveModel(speaker: EchoSpeaker, allowedHosts: string[]): Promise<RunningServer> {
  const fetchPicture = pictureFetcher({ allowedHosts });
  const model = preparedSpeaker(withVectors(speaker), { defaults: {}, fetchPicture });
  const models = oneModel(() => ({ ...model, assertName: speaker.assertName }));
  const statistics = workerStatistics(() => null, undefined);
  const app = createApp()
    .route("/", chatRoutes(models, statistics))
    .route("/", messagesRoutes(models, statistics))
    .route("/", responsesRoutes(models, statistics, new ResponseStore()))
    .route("/", ollamaRoutes(models, statistics));
  const server = await serve(app, { host: "127.0.0.1", port: 0 });
  servers.push(server);
  return server;
}

beforeAll(async () => {
  pictures = await servePictures("127.0.0.1");
  servers.push(pictures);
  front = await serveModel(seer, [`127.0.0.1:${pictures.port}`]);
  blind = await serveModel(reader, [`127.0.0.1:${pictures.port}`]);
});
afterAll(() => Promise.all(servers.map((server) => server.close())));
beforeEach(() => {
  seer.requests.length = 0;
  reader.requests.length = 0;
  pictures.seen.length = 0;
});

const at = (path: string) => `http://127.0.0.1:${pictures.port}${path}`;
const post = (server: RunningServer, path: string, body: object) =>
  fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });

const user = (...content: object[]) => [{ role: "user", content }];
const inOpenAi = (url: string) => ({
  messages: user({ type: "image_url", image_url: { url, detail: "low" } }),
});
const inAnthropic = (url: string) => ({
  max_tokens: 9,
  messages: user({ type: "image", source: { type: "url", url } }),
});
const inResponses = (url: string) => ({ input: user({ type: "input_image", image_url: url }) });

const dialects: [path: string, toBody: (url: string) => object][] = [
  ["/v1/chat/completions", inOpenAi],
  ["/v1/messages", inAnthropic],
  ["/v1/messages/count_tokens", inAnthropic],
  ["/v1/responses", inResponses],
  ["/v1/responses/input_tokens", inResponses],
];
const streamed = dialects.flatMap(([path, toBody]) =>
  [false, true].map((stream) => ({ path, toBody, stream })),
);

describe("a picture at another server", () => {
  test.for(streamed)("is sent to the model as data: $path ($stream)", async (asked) => {
    const { path, toBody, stream } = asked;
    const response = await post(front, path, { model: "seer", stream, ...toBody(at("/png")) });
    expect(response.status).toBe(200);
    await response.text();
    expect(pictures.seen).toHaveLength(1);
    if (seer.requests.length > 0)
      expect(seer.requests[0]?.messages[0]?.content).toMatchObject([
        { type: "image_url", image_url: { url: pngUrl } },
      ]);
    else expect(path).toMatch(/tokens$/);
  });

  test.for(streamed)("is a 400 where none may be fetched: $path ($stream)", async (asked) => {
    const { path, toBody, stream } = asked;
    const url = "https://elsewhere.example/cat.png";
    const response = await post(front, path, { model: "seer", stream, ...toBody(url) });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(
      "The picture in 'messages[0].content[0]' is at 'elsewhere.example', which is not named in --allowed-image-hosts",
    );
    expect(seer.requests).toEqual([]);
  });

  test.for(["/missing", "/page", "/to?http%3A%2F%2F169.254.169.254%2F"])(
    "is a 400 where there is none: %s",
    async (path) => {
      const asked = { model: "seer", ...inOpenAi(at(path)) };
      const response = await post(front, "/v1/chat/completions", asked);
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { param: "messages[0].content[0]" } });
    },
  );

  test.for(streamed)(
    "is not even fetched for a model that reads text alone: $path",
    async (asked) => {
      const { path, toBody, stream } = asked;
      const response = await post(blind, path, { model: "reader", stream, ...toBody(at("/png")) });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain("The model 'reader' reads text alone");
      expect(pictures.seen).toEqual([]);
      expect(reader.requests).toEqual([]);
    },
  );
});

describe("a picture that came along", () => {
  test("is what it says it is", async () => {
    const asked = { model: "seer", ...inOpenAi(dataUrl("image/png", jpeg)) };
    const response = await post(front, "/v1/chat/completions", asked);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: {
        code: "unsupported_image_media_type",
        message:
          "The picture in 'messages[0].content[0]' is called image/png, but its bytes are image/jpeg.",
      },
    });
  });

  test.for(["/api/chat", "/api/generate"])("by Ollama is one, or is refused: %s", async (path) => {
    const images = (bytes: Buffer) => ({
      model: "seer",
      prompt: "x",
      messages: [{ role: "user", content: "x", images: [bytes.toString("base64")] }],
      images: [bytes.toString("base64")],
    });
    expect((await post(front, path, images(png))).status).toBe(200);
    const response = await post(front, path, images(Buffer.from("BM: a bitmap")));
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({
      error: "The picture in 'messages[0].content[0]' is no PNG, JPEG, WebP or GIF.",
    });
  });

  test("lets all else pass as it is", async () => {
    const fetchPicture = pictureFetcher({ allowedHosts: [] });
    const model = preparedSpeaker(withVectors(seer), { defaults: {}, fetchPicture });
    expect(model.card).toBe(seer.card);
    expect(await model.countTextTokens("one two")).toBe(2);
    await expect(model.embed({ input: "x" } as never, AbortSignal.timeout(99))).rejects.toThrow();
  });
});

describe("prepared", () => {
  const signal = () => new AbortController().signal;
  const preparation = { defaults: {}, fetchPicture: pictureFetcher({ allowedHosts: [] }) };

  test("reads a body as it was sent", async () => {
    const body = {
      model: "x",
      unknown: 1,
      messages: user({ type: "image_url", image_url: pngUrl }),
    };
    expect(await prepared(seer.card, body, preparation, signal)).toEqual({
      ...body,
      messages: user({ type: "image_url", image_url: { url: pngUrl } }),
    });
    await expect(prepared(reader.card, body, preparation, signal)).rejects.toMatchObject({
      code: "unsupported_capability",
      param: "messages[0].content[0]",
    });
  });

  test.for<[body: { messages?: unknown }]>([[{}], [{ messages: "x" }], [{ messages: [null, {}] }]])(
    "leaves a body without pictures alone: %j",
    async ([body]) => {
      expect(await prepared(reader.card, body, preparation, signal)).toBe(body);
    },
  );

  test("answers whatever stands in the place of a picture with a 400, or passes it", async () => {
    const { constant, record, array, oneof, jsonValue, string } = fc;
    const url = oneof(
      string(),
      jsonValue(),
      constant(pngUrl),
      string().map((end) => `data:${end}`),
    );
    const picture = record({ type: constant("image_url"), image_url: oneof(url, record({ url })) });
    const message = record({ content: oneof(array(oneof(picture, jsonValue())), jsonValue()) });
    const property = fc.asyncProperty(array(oneof(message, jsonValue())), async (messages) => {
      const outcome = await prepared(seer.card, { messages }, preparation, signal).catch((e) => e);
      if (outcome instanceof Error) expect(outcome).toMatchObject({ status: 400 });
      else expect(picturesIn(outcome.messages).every((one) => one.url === pngUrl)).toBe(true);
    });
    await fc.assert(property, {
      numRuns: Number(process.env.RUNS ?? 300),
      seed: Number(process.env.SEED ?? 7),
    });
  });
});
