/**
 * @file A program that speaks FastChat's worker protocol, with a law instead of a model: it says the
 * user's last words back, a word a token. Words of that message may say what goes wrong: `fail`,
 * `oom`, `die`, `hang`, `garbage`, `endless`, `abort`, `nothing` (the answer ends there); before the
 * first frame if they are the first word.
 *
 * The prompt is vicuna_v1.1's. Source: FastChat 0.2.36, `fastchat/serve/base_model_worker.py` and
 * `model_worker.py`, `inference.py` (frames, cumulative text, usage one token behind, JSON as
 * Python writes it).
 */
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as wait } from "node:timers/promises";

export type FastChatWorkerOptions = {
  names?: string[];
  contextLength?: number;
  /** Between two frames, ms. */
  pauseMs?: number;
  /** Before it tells its template, ms. */
  shyMs?: number;
  /** As vllm_worker: it has no embeddings. */
  withoutEmbeddings?: boolean;
};

export type FastChatWorker = {
  url: string;
  names: string[];
  /** Path and body of every request, in order. */
  seen: { path: string; body: Record<string, unknown>; headers: IncomingMessage["headers"] }[];
  /** Answers that are being written. */
  active: number;
  /** As FastChat's workers do when they start. */
  register(controllerUrl: string, extra?: object): Promise<Response>;
  beat(controllerUrl: string): Promise<Response>;
  close(): Promise<void>;
};

const trouble = "**NETWORK ERROR DUE TO HIGH TRAFFIC. PLEASE REGENERATE OR REFRESH THIS PAGE.**";

const vicuna = {
  name: "vicuna_v1.1",
  system_template: "{system_message}",
  system_message:
    "A chat between a curious user and an artificial intelligence assistant. The assistant gives helpful, detailed, and polite answers to the user's questions.",
  system_message_vision: "",
  roles: ["USER", "ASSISTANT"],
  messages: [],
  offset: 0,
  sep_style: 2,
  sep: " ",
  sep2: "</s>",
  stop_str: null,
  stop_token_ids: null,
  max_image_size_mb: null,
};

export async function serveFastChatWorker(
  options: FastChatWorkerOptions = {},
): Promise<FastChatWorker> {
  const { names = ["vicuna-7b-v1.5"], contextLength = 2048, withoutEmbeddings } = options;
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? "";
    const body = await bodyOf(request);
    worker.seen.push({ path, body, headers: request.headers });
    const json = (value: unknown) => {
      response.setHeader("content-type", "application/json");
      response.end(pythonJson(value));
    };
    if (path === "/worker_get_status") return json(status());
    if (path === "/worker_get_conv_template") {
      await wait(options.shyMs ?? 0);
      return json({ conv: vicuna });
    }
    if (path === "/model_details") return json({ context_length: contextLength });
    if (path === "/count_token")
      return json({ count: wordsOf(String(body.prompt)).length + 1, error_code: 0 });
    if (path === "/worker_get_embeddings" && !withoutEmbeddings)
      return json(embeddingsOf(body.input as string[]));
    if (path === "/worker_generate") return json(await lastFrame(body));
    if (path === "/worker_generate_stream") return stream(body, response);
    response.statusCode = 404;
    json({ detail: "Not Found" });
  }

  async function stream(body: Record<string, unknown>, response: ServerResponse): Promise<void> {
    worker.active++;
    response.once("close", () => worker.active--);
    for await (const frame of frames(body, options.pauseMs ?? 0)) {
      if (response.destroyed) return;
      if (frame === "die") {
        await wait(30); // what has been said arrives
        return void response.socket?.resetAndDestroy();
      }
      if (frame === "hang") return void response.flushHeaders();
      if (frame === "garbage") return void response.end("<html>no frame</html>\0");
      if (frame === "endless") {
        response.end(Buffer.alloc(20 << 20, "a"));
        return;
      }
      response.write(`${pythonJson(frame)}\0`);
    }
    response.end();
  }

  const status = () => ({ model_names: worker.names, speed: 1, queue_length: worker.active });
  const post = (target: string, value: object) =>
    fetch(target, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(value),
    });

  const worker: FastChatWorker = {
    url,
    names,
    seen: [],
    active: 0,
    register: (controllerUrl, extra = {}) =>
      post(`${controllerUrl}/register_worker`, {
        worker_name: url,
        check_heart_beat: true,
        worker_status: status(),
        multimodal: false,
        ...extra,
      }),
    beat: (controllerUrl) =>
      post(`${controllerUrl}/receive_heart_beat`, {
        worker_name: url,
        queue_length: worker.active,
      }),
    close: async () => {
      const closed = once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
  return worker;
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString();
  return text === "" ? {} : (JSON.parse(text) as Record<string, unknown>);
}

type Trouble = "die" | "hang" | "garbage" | "endless";
const troubles: readonly string[] = ["die", "hang", "garbage", "endless"];

async function* frames(
  body: Record<string, unknown>,
  pauseMs: number,
): AsyncGenerator<object | Trouble> {
  const prompt = String(body.prompt);
  const said = /USER: ((?:(?!USER: ).)*?) ?ASSISTANT:$/s.exec(prompt)?.[1] ?? prompt;
  const stops = [body.stop ?? []].flat().map(String);
  const words = wordsOf(said);
  const most = Number(body.max_new_tokens ?? 256);
  const echo = body.echo !== false;
  const promptTokens = wordsOf(prompt).length + 1;
  const before = echo ? prompt : "";
  let text = before;
  const frame = (completion_tokens: number, finish_reason: string | null) => ({
    text,
    error_code: 0,
    usage: {
      prompt_tokens: promptTokens,
      completion_tokens,
      total_tokens: promptTokens + completion_tokens,
    },
    finish_reason,
    logprobs: body.logprobs == null ? null : likelihoods(text, echo ? prompt : null),
  });
  for (const [i, word] of words.entries()) {
    if (i === most) return yield frame(i, "length");
    const bare = word.trim();
    if (troubles.includes(bare)) return yield bare as Trouble;
    if (bare === "nothing") return;
    if (bare === "abort") return yield frame(i, "abort");
    if (bare === "fail") return yield { text: `${trouble}\n\n(it failed)`, error_code: 50001 };
    if (bare === "oom")
      return yield { text: `${trouble}\n\n(CUDA out of memory.)`, error_code: 50002 };
    const cut = stops
      .map((stop) => (text + word).indexOf(stop, before.length))
      .find((at) => at >= 0);
    if (cut !== undefined) {
      text = (text + word).slice(0, cut);
      return yield frame(i + 1, "stop");
    }
    text += word;
    yield frame(i, null);
    if (pauseMs > 0) await wait(pauseMs);
  }
  yield frame(words.length, "stop");
}

async function lastFrame(body: Record<string, unknown>): Promise<object> {
  let last: object = {};
  for await (const frame of frames(body, 0)) if (typeof frame === "object") last = frame;
  return last;
}

/** The longer a token the less likely; the first of a prompt stands behind nothing. */
function likelihoods(text: string, prompt: string | null) {
  const tokens =
    prompt === null
      ? wordsOf(text)
      : ["<s>", ...wordsOf(prompt), ...wordsOf(text.slice(prompt.length))];
  const offsets = tokens.map((_, i) => tokens.slice(0, i).join("").length);
  return {
    text_offset: offsets,
    tokens,
    token_logprobs: tokens.map((token, i) =>
      prompt !== null && i === 0 ? null : -token.length / 10,
    ),
    top_logprobs: tokens.map((_, i) => (prompt !== null && i === 0 ? null : {})),
  };
}

/** A text's length and its number of words, made a unit vector. */
function embeddingsOf(input: string[]) {
  const rows = input.map((text) => [text.length, wordsOf(text).length]);
  return {
    embedding: rows.map((row) => row.map((x) => x / Math.hypot(...row))),
    token_num: input.reduce((sum, text) => sum + wordsOf(text).length + 1, 0),
  };
}

/** As `json.dumps` writes it, as far as clients can tell: ASCII alone. */
function pythonJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const wordsOf = (text: string) => text.split(/(?<=\s)/).filter((word) => word !== "");
