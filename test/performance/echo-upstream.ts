/**
 * @file A program that is asked as an OpenAI-compatible server and answers at once: what remains is
 * the way there and back. `node --import tsx echo-upstream.ts PORT`.
 */
import { createServer } from "node:http";

const pieces = 32;

const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 0, model: "bench" };
const chunk = (delta: object, finish_reason: string | null = null) =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;
const whole = JSON.stringify({
  ...{ ...head, object: "chat.completion" },
  choices: [
    {
      index: 0,
      message: { role: "assistant", content: "word ".repeat(pieces) },
      finish_reason: "stop",
    },
  ],
  usage: { prompt_tokens: 9, completion_tokens: pieces, total_tokens: 9 + pieces },
});
const models = JSON.stringify({
  object: "list",
  data: [{ id: "bench", object: "model", created: 0, owned_by: "vllm", max_model_len: 8192 }],
});

createServer(async (incoming, outgoing) => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  if (incoming.method === "GET")
    return void outgoing.setHeader("content-type", "application/json").end(models);
  const { stream } = JSON.parse(Buffer.concat(parts).toString()) as { stream?: boolean };
  if (!stream) return void outgoing.setHeader("content-type", "application/json").end(whole);
  outgoing.writeHead(200, { "content-type": "text/event-stream" });
  for (let i = 0; i < pieces; i++) {
    outgoing.write(chunk({ content: "word " }));
    await new Promise((resolve) => setImmediate(resolve));
  }
  outgoing.end(`${chunk({}, "stop")}data: [DONE]\n\n`);
}).listen(Number(process.argv[2]), "127.0.0.1");
