/**
 * @file An OpenAI-compatible API whose models follow the words of the prompt: an honest stand-in for
 * a server that is slow, fails, breaks off or says what it should not.
 */
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { QueueFullError } from "../../src/errors/limit-errors.ts";
import { UnavailableError } from "../../src/errors/worker-errors.ts";
import { createApp } from "../../src/http/app.ts";
import { readJson } from "../../src/http/json.ts";
import { clientSignal } from "../../src/http/node-exchange.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { streamEvents } from "../../src/http/sse.ts";

const Part = z.union([
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string() }) }),
]);
const Request = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.union([z.string(), z.array(Part)]) })),
  temperature: z.number().optional(),
  max_tokens: z.number().optional(),
});
type Asked = z.infer<typeof Request>;

export type ModelApi = RunningServer & {
  /** Everything that was asked, oldest first. */
  asked: Asked[];
  /** Answers that are being streamed. */
  readonly active: number;
};

export type ModelApiOptions = {
  /** Names, with what each answers: to the last message, and which model it is. */
  models?: Record<string, (prompt: string) => string>;
  vision?: string[];
  /** Between two pieces, ms. */
  pauseMs?: number;
  port?: number;
};

const echo = (prompt: string) => `You said: ${prompt}`;

/**
 * A prompt that begins with `fail NAME` fails on that model, `break NAME` breaks off after two
 * pieces, `hang NAME` never ends, `busy NAME` is answered 429; other models answer.
 */
export async function serveModelApi(options: ModelApiOptions = {}): Promise<ModelApi> {
  const { models = { alpha: echo, beta: echo }, vision = [], pauseMs = 1, port = 0 } = options;
  const asked: Asked[] = [];
  let active = 0;
  const app = createApp()
    .get("/v1/models", (c) =>
      c.json({
        object: "list",
        data: Object.keys(models).map((id) => ({
          id,
          object: "model",
          context_length: 4096,
          capabilities: ["chat", ...(vision.includes(id) ? ["vision"] : [])],
        })),
      }),
    )
    .post("/v1/chat/completions", async (c) => {
      const request = await readJson(c, Request, 40_000_000);
      asked.push(request);
      const prompt = textOf(request.messages.at(-1)?.content ?? "");
      const [, how] = new RegExp(`^(fail|break|hang|busy) ${request.model}\\b`).exec(prompt) ?? [];
      if (how === "fail") throw new UnavailableError(`${request.model} is down`);
      if (how === "busy") throw new QueueFullError(9, 1);
      const answer = (models[request.model] ?? echo)(prompt);
      return streamEvents(c, said(answer, how, clientSignal(c)), { done: how !== "break" });
    });
  async function* said(answer: string, how: string | undefined, signal: AbortSignal) {
    active++;
    try {
      const pieces = answer.match(/\s*\S{1,12}/g) ?? [];
      for (const [i, content] of pieces.entries()) {
        if (how === "break" && i === 2) return;
        yield JSON.stringify({ choices: [{ index: 0, delta: { content } }] });
        if (pauseMs > 0) await wait(pauseMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return;
      }
      if (how === "hang") await wait(3_600_000, undefined, { signal }).catch(() => {});
      const usage = { prompt_tokens: 5, completion_tokens: pieces.length };
      yield JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] });
      yield JSON.stringify({ choices: [], usage });
    } finally {
      active--;
    }
  }
  const server = await serve(app, { host: "127.0.0.1", port });
  return Object.defineProperty({ ...server, asked } as ModelApi, "active", { get: () => active });
}

function textOf(content: Asked["messages"][number]["content"]): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "[picture]")).join(" ");
}
