/** @file The client reads what OpenAI-compatible servers say, and never takes a half for a whole. */
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { listModels, type OpenAiServer, streamChat } from "../../src/http/openai-client.ts";
import { echoServer } from "../bench/echo-server.ts";

const running: { close(): unknown }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

/** A server that answers everything with these bytes, in these pieces. */
async function saying(status: number, ...pieces: (string | Buffer)[]): Promise<OpenAiServer> {
  const server: Server = createServer(async (request, response) => {
    request.resume();
    response.writeHead(status);
    for (const piece of pieces) {
      response.write(piece);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  running.push({ close: () => server.close().closeAllConnections() });
  return { baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

async function textOf(server: OpenAiServer, signal?: AbortSignal): Promise<string> {
  let text = "";
  for await (const { choices } of streamChat(server, { model: "m" }, signal))
    text += choices?.[0]?.delta?.content ?? "";
  return text;
}

const delta = (content: string) =>
  `data: ${JSON.stringify({ choices: [{ delta: { content } }] })}\n\n`;

describe("streamChat", () => {
  test("yields the deltas of a stream", async () => {
    const echo = await echoServer();
    running.push(echo);
    const chunks = [];
    const body = { model: "echo", max_tokens: 2, messages: [{ role: "user", content: "a b" }] };
    for await (const chunk of streamChat(echo, body)) chunks.push(chunk);
    expect(chunks.map(({ choices }) => choices?.[0]?.delta?.content ?? "").join("")).toBe("a b ");
    expect(chunks.at(-1)?.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2 });
    expect(echo.bodies[0]).toMatchObject({ stream: true, model: "echo" });
  });

  test("puts characters and events together that were cut on the way", async () => {
    const bytes = Buffer.from(`: ping\n\n${delta("grüße")}${delta("🙂")}data: [DONE]\n\n`);
    const pieces = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await textOf(await saying(200, ...pieces))).toBe("grüße🙂");
  });

  test("throws the server's refusal with its code", async () => {
    const body = JSON.stringify({ error: { message: "No such model.", code: "model_not_found" } });
    await expect(textOf(await saying(404, body))).rejects.toMatchObject({
      status: 404,
      message: "No such model.",
      code: "model_not_found",
    });
  });

  test("throws a refusal that is no JSON", async () => {
    await expect(textOf(await saying(502, "<h1>Bad gateway</h1>"))).rejects.toMatchObject({
      status: 502,
      message: "<h1>Bad gateway</h1>",
    });
  });

  test("throws the error event inside a stream", async () => {
    const event = `data: {"error":{"message":"gone","code":"worker_lost"}}\n\n`;
    const broken = textOf(await saying(200, delta("a"), event));
    await expect(broken).rejects.toMatchObject({ message: "gone", code: "worker_lost" });
  });

  test("throws when a stream ends without [DONE]", async () => {
    const broken = textOf(await saying(200, delta("a")));
    await expect(broken).rejects.toThrow("The answer broke off before its end.");
  });

  test("throws when the server dies in the middle", async () => {
    const dying = createServer((_, response) => {
      response.write(delta("a"));
      setTimeout(() => response.destroy(), 20);
    });
    await new Promise<void>((resolve) => dying.listen(0, "127.0.0.1", resolve));
    running.push(dying);
    const { port } = dying.address() as AddressInfo;
    const broken = textOf({ baseUrl: `http://127.0.0.1:${port}/v1` });
    await expect(broken).rejects.toThrow("The answer broke off before its end.");
  });

  test("stops when it is told to", async () => {
    const slow = await echoServer({ paceMs: 50 });
    running.push(slow);
    const stop = new AbortController();
    setTimeout(() => stop.abort(), 120);
    const body = { model: "echo", max_tokens: 100, messages: [{ role: "user", content: "a" }] };
    const read = async () => {
      for await (const _ of streamChat(slow, body, stop.signal));
    };
    await expect(read()).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("listModels", () => {
  test("lists the ids, and takes a base URL with a slash at its end", async () => {
    const echo = await echoServer();
    running.push(echo);
    expect(await listModels({ baseUrl: `${echo.baseUrl}/` })).toEqual(["echo"]);
  });
});
