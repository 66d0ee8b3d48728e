/**
 * @file A worker with a law instead of a model: it says the last message back, word by word, and
 * registers like any other. What it is asked to do wrong, it does by the words of the prompt.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { z } from "zod";
import { QueueFullError } from "../../src/errors/limit-errors.ts";
import { UnavailableError } from "../../src/errors/worker-errors.ts";
import { createApp } from "../../src/http/app.ts";
import type { Connection } from "../../src/http/connection.ts";
import { readJson } from "../../src/http/json.ts";
import { clientSignal } from "../../src/http/node-exchange.ts";
import { keepRegistered } from "../../src/http/registry-client.ts";
import { type RunningServer, serve } from "../../src/http/serve.ts";
import { streamEvents } from "../../src/http/sse.ts";
import { ChatRequest, EmbeddingRequest } from "../../src/protocol/openai.ts";
import type { Load, Registration, ServedModel } from "../../src/protocol/registry.ts";

export type EchoOptions = {
  controllerAddress?: string;
  joinToken?: string;
  model?: Partial<ServedModel>;
  /** Between two words, ms. */
  pauseMs?: number;
  /** Answers every request with this instead. */
  refuseWith?: "busy" | "unavailable" | "hang";
  port?: number;
};

type EchoState = {
  id: string;
  /** Requests that have come, and that are in progress. */
  seen: number;
  active: number;
  /** Tells the controller from now on. */
  load: Load;
  draining: boolean;
  requestIds: string[];
};

export type EchoWorker = RunningServer &
  EchoState & {
    /** Dies as by SIGKILL: every socket is reset, nothing is said. */
    kill(): Promise<void>;
  };

export const idle: Load = {
  slots: 4,
  busy: 0,
  queued: 0,
  pending_tokens: 0,
  tokens_per_second: 100,
  kv_cells: 0,
  kv_used: 0,
  prefixes: [],
};

export async function serveEcho(options: EchoOptions = {}): Promise<EchoWorker> {
  const id = randomUUID();
  const worker: EchoState = {
    id,
    seen: 0,
    active: 0,
    load: { ...idle },
    draining: false,
    requestIds: [],
  };
  const server = await serve(echoApp(options, worker), {
    host: "127.0.0.1",
    port: options.port ?? 0,
  });
  let connection: Connection | undefined;
  const leave = async (graceMs: number) => {
    await Promise.all([server.close(graceMs), connection?.close()]);
  };
  const running: EchoWorker = Object.assign(worker, server, {
    close: (graceMs = 0) => leave(graceMs),
    kill: () => leave(0),
  });
  if (options.controllerAddress !== undefined)
    connection = keepRegistered({
      controllerAddress: options.controllerAddress,
      joinToken: options.joinToken,
      registration: () => registration(running, options),
      load: () => running.load,
      draining: () => running.draining,
    });
  return running;
}

export function echoModel(model: Partial<ServedModel> = {}): ServedModel {
  return {
    id: "echo",
    aliases: ["parrot"],
    capabilities: ["chat", "embeddings"],
    context_size: 4096,
    created: 1_700_000_000,
    ...model,
  };
}

function registration(worker: EchoWorker, { model }: EchoOptions): Registration {
  return {
    worker_id: worker.id,
    address: worker.url,
    version: "test",
    model: echoModel(model),
    speed: 1,
    load: worker.load,
  };
}

function echoApp(options: EchoOptions, worker: EchoState) {
  const { pauseMs = 0, refuseWith } = options;
  const { id, created } = { id: `chatcmpl-${worker.id}`, created: 1_700_000_000 };

  async function* words(request: ChatRequest, signal: AbortSignal): AsyncGenerator<string> {
    const content = request.messages.at(-1)?.content;
    worker.active++;
    try {
      for (const word of String(content).split(/(?<= )/)) {
        if (signal.aborted) return;
        yield word;
        if (pauseMs > 0) await wait(pauseMs);
      }
    } finally {
      worker.active--;
    }
  }

  async function* chunks(request: ChatRequest, signal: AbortSignal): AsyncGenerator<string> {
    const chunk = (delta: object, finish_reason: string | null) =>
      JSON.stringify({
        id,
        created,
        object: "chat.completion.chunk",
        model: request.model,
        choices: [{ index: 0, delta, finish_reason }],
      });
    yield chunk({ role: "assistant", content: "" }, null);
    for await (const content of words(request, signal)) yield chunk({ content }, null);
    yield chunk({}, "stop");
  }

  const app = createApp();
  app.use("/v1/*", async (c, next) => {
    worker.seen++;
    worker.requestIds.push(c.req.header("x-request-id") ?? "");
    if (refuseWith === "busy") throw new QueueFullError(9, 3);
    if (refuseWith === "unavailable")
      throw new UnavailableError("The model is loading.", "loading");
    if (refuseWith === "hang") await wait(60_000, undefined, { signal: clientSignal(c) });
    await next();
  });
  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/v1/models", (c) => {
    const model = echoModel(options.model);
    const names = [model.id, ...model.aliases];
    const data = names.map((name) => ({
      ...model,
      id: name,
      parent: name === model.id ? null : model.id,
    }));
    return c.json({ object: "list", data });
  });
  app.post("/v1/chat/completions", async (c) => {
    const request = await readJson(c, ChatRequest);
    const signal = clientSignal(c);
    if (request.stream) return streamEvents(c, chunks(request, signal));
    let content = "";
    for await (const word of words(request, signal)) content += word;
    const message = { role: "assistant", content, refusal: null };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    return c.json({ id, created, object: "chat.completion", model: request.model, choices });
  });
  app.post("/v1/embeddings", async (c) => {
    const { model, encoding_format } = await readJson(
      c,
      EmbeddingRequest.extend({ input: z.string() }),
    );
    const floats = [1, 0.5, 0.25];
    const base64 = Buffer.from(new Float32Array(floats).buffer).toString("base64");
    const embedding = encoding_format === "base64" ? base64 : floats;
    const data = [{ object: "embedding", index: 0, embedding }];
    return c.json({ object: "list", data, model, usage: { prompt_tokens: 1, total_tokens: 1 } });
  });
  return app;
}
