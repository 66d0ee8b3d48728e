/** @file Which of several models a request is for, wherever and however its client names it. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, test } from "vitest";
import { post, remoteModel, startRemote } from "../support/remote-worker.ts";
import { keep } from "../support/started.ts";
import { serveStub } from "../support/upstream-stub.ts";

async function startTwo() {
  const [one, two] = [keep(await serveStub("vllm")), keep(await serveStub("tgi"))];
  const models = [remoteModel(one, { names: ["one"] }), remoteModel(two, { names: ["two"] })];
  return { one, two, worker: await startRemote(models) };
}

describe("a worker in front of several models", () => {
  test("checks the tokens of prompts for each of them", async () => {
    const { worker } = await startTwo();
    const prompts = ["one", "two"].map((model) => ({ model, prompt: "a b c", max_tokens: 1 }));
    const response = await post(worker.url, "/api/v1/token_check", { prompts });
    expect(response.status).toBe(200);
    const { prompts: checked } = (await response.json()) as { prompts: { tokenCount: number }[] };
    expect(checked.map(({ tokenCount }) => tokenCount)).toEqual([3, 3]);
  });

  test("cancels a response without a body", async () => {
    const { worker } = await startTwo();
    const cancelled = await fetch(`${worker.url}/v1/responses/resp_1/cancel`, { method: "POST" });
    expect(cancelled.status).toBe(404);
    expect(await cancelled.text()).toContain("resp_1");
  });

  test("shows an older client of Ollama's, which says 'name', the one that it names", async () => {
    const { worker } = await startTwo();
    const shown = await post(worker.url, "/api/show", { name: "two:latest" });
    expect([shown.status, await shown.json()]).toMatchObject([
      200,
      { capabilities: ["completion", "tools"] },
    ]);
    const other = await post(worker.url, "/api/show", { name: "three" });
    expect(other.status).toBe(404);
    expect(await other.text()).toContain("'three'");
  });

  test("asks for a name where there is none", async () => {
    const { worker } = await startTwo();
    const response = await post(worker.url, "/rerank", { query: "a", documents: ["b"] });
    expect(response.status).toBe(400);
    expect(await response.text()).toContain("Name the model in 'model'.");
  });

  test("knows no model by a name that is not encoded well", async () => {
    const { worker } = await startTwo();
    expect((await fetch(`${worker.url}/v1/models/%zz`)).status).toBe(404);
    const asked = await post(worker.url, "/v1/engines/%zz/embeddings", { input: "a" });
    expect(asked.status).toBe(404);
  });
});

describe("a server that answers in another shape than it should", () => {
  test.each([
    ["/v1/chat/completions", '{"error": it is late}'],
    ["/v1/messages/count_tokens", '{"tokenz": 3}'],
    ["/v1/messages/count_tokens", "{"],
  ])("is a 502 at %s (%s)", async (path, said) => {
    const list = { object: "list", data: [{ id: "m", owned_by: "vllm" }] };
    const server = createServer((incoming, outgoing) => {
      incoming.resume();
      const answer = incoming.method === "GET" ? JSON.stringify(list) : said;
      outgoing.writeHead(200, { "content-type": "application/json" }).end(answer);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const worker = await startRemote([remoteModel({ url: `http://127.0.0.1:${port}` })]);
    const messages = [{ role: "user", content: "Hello" }];
    const response = await post(worker.url, path, { model: "m", messages });
    expect(response.status).toBe(502);
    expect(await response.text()).toContain("The server behind 'm'");
    server.close();
    server.closeAllConnections();
  });
});
