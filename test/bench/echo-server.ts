/**
 * @file An honest small OpenAI server: it answers with the last message's words, over and over, one
 * a token, after a delay and at a pace; a prompt's tokens are its words and 5 for the template.
 */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";

export type EchoServer = {
  baseUrl: string;
  /** What was asked, and when. */
  bodies: {
    at: number;
    messages: { role: string; content: string }[];
    max_tokens: number;
    model: string;
  }[];
  close(): Promise<void>;
};

export type Law = {
  firstMs?: number;
  paceMs?: number;
  /** Every so many requests answer 429. */
  refuseEvery?: number;
  /** Breaks the stream off after so many tokens. */
  breakAfter?: number;
};

export async function echoServer(law: Law = {}): Promise<EchoServer> {
  const bodies: EchoServer["bodies"] = [];
  const server = createServer(async (request, response) => {
    if (request.url === "/v1/models") {
      response.end(JSON.stringify({ object: "list", data: [{ id: "echo" }] }));
      return;
    }
    const body = JSON.parse(await text(request));
    bodies.push({ ...body, at: performance.now() });
    if (law.refuseEvery && bodies.length % law.refuseEvery === 0) {
      response.writeHead(429);
      response.end(JSON.stringify({ error: { message: "busy", code: "rate_limit_exceeded" } }));
      return;
    }
    const send = (event: object) => response.write(`data: ${JSON.stringify(event)}\n\n`);
    const piece = (delta: object) => send({ choices: [{ index: 0, delta }], usage: null });
    response.writeHead(200, { "content-type": "text/event-stream" });
    piece({ role: "assistant", content: "" });
    await sleep(law.firstMs ?? 0);
    const words: string[] = body.messages.at(-1).content.split(" ");
    for (let i = 0; i < body.max_tokens; i++) {
      if (law.breakAfter === i) return void response.end();
      piece({ content: `${words[i % words.length]} ` });
      if (law.paceMs) await sleep(law.paceMs);
    }
    const history = body.messages.flatMap((message: { content: string }) =>
      message.content.trim().split(" "),
    );
    const usage = { prompt_tokens: history.length + 5, completion_tokens: body.max_tokens };
    send({ choices: [{ index: 0, delta: {}, finish_reason: "length" }] });
    send({ choices: [], usage });
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    baseUrl: `http://127.0.0.1:${port}/v1`,
    bodies,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
