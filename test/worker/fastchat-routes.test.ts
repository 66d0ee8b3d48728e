/** @file Our worker as FastChat's api server, web UI and tools see it. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { serveApi } from "../../src/api/serve.ts";
import { serveController } from "../../src/controller/serve.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { eventually } from "../support/eventually.ts";
import {
  type FastChatController,
  serveFastChatController,
} from "../support/fastchat-controller.ts";
import { keep } from "../support/started.ts";
import { tinyModel } from "../support/tiny-models.ts";

const modelPath = tinyModel({ architecture: "qwen2" });
const usual = { host: "127.0.0.1", port: 0, threads: 1, slots: 2, modelPath };
const log: string[] = [];
let worker: RunningWorker;
let theirs: FastChatController;

beforeAll(async () => {
  theirs = await serveFastChatController();
  worker = await serveWorker({
    ...usual,
    controllerAddress: theirs.url,
    names: ["tiny", "gpt-3.5-turbo"],
    contextSize: 512,
    embedding: true,
    log: (line) => log.push(line),
  });
}, 20_000);
afterAll(async () => {
  await worker?.close();
  await theirs?.close();
});

type Frame = {
  text: string;
  error_code: number;
  usage: { prompt_tokens: number; completion_tokens: number; total_tokens: number };
  finish_reason: string | null;
  logprobs: {
    text_offset: number[];
    tokens: string[];
    token_logprobs: (number | null)[];
    top_logprobs: object[];
  } | null;
};

const post = (path: string, body?: object, url = worker.url) =>
  fetch(url + path, {
    method: "POST",
    headers: body === undefined ? {} : { "content-type": "application/json" },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
const json = async (path: string, body?: object, url = worker.url) =>
  JSON.parse(await (await post(path, body, url)).text());

async function framesOf(body: object): Promise<{ frames: Frame[]; raw: string }> {
  const response = await post("/worker_generate_stream", body);
  expect(response.status).toBe(200);
  const raw = await response.text();
  const parts = raw.split("\0");
  expect(parts.pop()).toBe("");
  return { frames: parts.map((part) => JSON.parse(part) as Frame), raw };
}

const prompt = "Tell me about llamas. 🦙";
const asked = { model: "tiny", prompt, temperature: 0, max_new_tokens: 12 };

async function continued(change: object = {}): Promise<string> {
  const body = { model: "tiny", prompt, temperature: 0, max_tokens: 12, ...change };
  return (await json("/v1/completions", body)).choices[0].text;
}

describe("POST /worker_generate_stream", () => {
  test("tells all of the text each time, the prompt first", async () => {
    const { frames } = await framesOf(asked);
    const text = prompt + (await continued());
    expect(frames.length).toBeGreaterThan(3);
    for (const [i, frame] of frames.entries()) {
      expect(Object.keys(frame)).toEqual([
        "text",
        "error_code",
        "usage",
        "finish_reason",
        "logprobs",
      ]);
      expect(frame.text.startsWith(frames[i - 1]?.text ?? prompt)).toBe(true);
      expect(frame.error_code).toBe(0);
      expect(frame.logprobs).toBeNull();
    }
    const { count } = await json("/count_token", { prompt });
    expect(frames.at(-1)).toMatchObject({
      text,
      finish_reason: "length",
      usage: { prompt_tokens: count, completion_tokens: 12, total_tokens: count + 12 },
    });
    expect(frames.slice(0, -1).every((frame) => frame.finish_reason === null)).toBe(true);
    expect(frames[0]?.usage.prompt_tokens).toBe(count);
  });

  test("writes JSON as Python does", async () => {
    const { raw } = await framesOf(asked);
    expect([...raw].every((letter) => letter <= "~")).toBe(true);
    expect(raw.startsWith('{"text": "Tell me about llamas. \\ud83e\\udd99')).toBe(true);
    expect(raw).toContain('", "error_code": 0, "usage": {"prompt_tokens": ');
  });

  test("leaves the prompt out where echo is false", async () => {
    const { frames } = await framesOf({ ...asked, echo: false });
    expect(frames.at(-1)?.text).toBe(await continued());
  });

  test("ends at a stop text, at a stop token, and at 256 tokens", async () => {
    const text = await continued();
    const stop = text.slice(4, 7);
    const cut = text.slice(0, text.indexOf(stop));
    for (const given of [stop, [stop], ["never said", stop]]) {
      const { frames } = await framesOf({ ...asked, echo: false, stop: given });
      expect(frames.at(-1)).toMatchObject({ text: cut, finish_reason: "stop" });
    }
    const { tokens } = await json("/tokenize", { content: text, add_special: false });
    const { frames } = await framesOf({ ...asked, stop_token_ids: tokens });
    expect(frames.at(-1)?.finish_reason).toBe("stop");
    const { model, prompt: same } = asked;
    const long = await framesOf({ model, prompt: same, temperature: 0, stop: null });
    const { usage, finish_reason } = long.frames.at(-1) as Frame;
    expect(usage.completion_tokens <= 256).toBe(true);
    expect(finish_reason === "stop" || usage.completion_tokens === 256).toBe(true);
  });

  test("takes what FastChat's api server and web UI send, Python's None too", async () => {
    const sent = {
      ...asked,
      temperature: 1e-6, // as good as none
      logprobs: null,
      top_p: 1.0,
      top_k: -1,
      presence_penalty: 0.0,
      frequency_penalty: 0.0,
      repetition_penalty: 1.0,
      best_of: null,
      use_beam_search: false,
      n: 3,
      echo: false,
      stop: ["</s>"],
      stop_token_ids: null,
      span_id: "x",
      images: [],
    };
    const { frames } = await framesOf(sent);
    expect(frames.at(-1)?.text).toBe(await continued());
    const whole = await json("/worker_generate", { ...sent, max_new_tokens: 1_048_576 });
    expect(whole.usage.total_tokens).toBeLessThanOrEqual(512);
  });

  test("tells likelihoods by token, at offsets as Python counts", async () => {
    const { frames } = await framesOf({ ...asked, logprobs: 1 });
    const { text, logprobs, usage } = frames.at(-1) as Frame;
    expect(Object.keys(logprobs ?? {})).toEqual([
      "text_offset",
      "tokens",
      "token_logprobs",
      "top_logprobs",
    ]);
    const { tokens, text_offset, token_logprobs } = logprobs as NonNullable<Frame["logprobs"]>;
    expect(tokens.join("")).toBe(text);
    expect(tokens).toHaveLength(usage.total_tokens);
    expect(token_logprobs[0]).toBeNull();
    expect(token_logprobs.slice(1).every((one) => one !== null && one <= 0)).toBe(true);
    expect(logprobs?.top_logprobs[0]).toEqual({});
    const letters = [...text];
    for (const [i, token] of tokens.entries())
      expect(
        letters.slice(text_offset[i], (text_offset[i] ?? 0) + [...token].length).join(""),
      ).toBe(token);
    const bare = await framesOf({ ...asked, logprobs: 1, echo: false });
    expect(bare.frames.at(-1)?.logprobs?.tokens.join("")).toBe(await continued());
    expect(bare.frames.at(-1)?.logprobs?.text_offset[0]).toBe(0);
  });

  test.for([
    [{ prompt: "word ".repeat(600) }, 40303, "maximum context length is 512 tokens"],
    [{ model: "other" }, 40301, "'other'"],
    [{ temperature: 7 }, 40001, "temperature"],
    [{ stop: Array.from({ length: 40 }, (_, i) => `${i}`) }, 40001, "stop"],
    [{ images: ["https://a/b.png"] }, 40001, "reads text alone"],
    [{ prompt: "" }, 40001, "empty"],
  ] as const)("fails by a frame: %o", async ([change, code, words]) => {
    const { frames } = await framesOf({ ...asked, ...change });
    expect(frames).toHaveLength(1);
    expect(Object.keys(frames[0] ?? {})).toEqual(["text", "error_code"]);
    expect(frames[0]?.error_code).toBe(code);
    expect(frames[0]?.text.startsWith("**NETWORK ERROR DUE TO HIGH TRAFFIC.")).toBe(true);
    expect(frames[0]?.text).toContain(words);
    expect(await json("/worker_generate", { ...asked, ...change })).toEqual(frames[0]);
  });

  test("frees its slot when the client leaves", async () => {
    const busy = async () =>
      ((await (await fetch(`${worker.url}/slots`)).json()) as { busy: boolean }[]).some(
        (slot) => slot.busy,
      );
    for (let i = 0; i < 5; i++) {
      const leaving = new AbortController();
      const answer = await fetch(`${worker.url}/worker_generate_stream`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ ...asked, temperature: 1, max_new_tokens: -1 }),
        signal: leaving.signal,
      });
      await answer.body?.getReader().read();
      leaving.abort();
    }
    await eventually(async () => !(await busy()));
    expect((await json("/worker_get_status")).queue_length).toBe(0);
  });
});

describe("what FastChat asks beside answers", () => {
  test("it is told where the worker is, if its controller is the worker's", async () => {
    await eventually(() => theirs.workers.has(worker.url));
    expect(theirs.workers.get(worker.url)).toMatchObject({
      worker_status: { model_names: ["tiny", "gpt-3.5-turbo"] },
    });
    await eventually(() =>
      log.includes(`controller ${theirs.url}: registered by FastChat's protocol`),
    );
  });

  test("has its shapes", async () => {
    expect(await json("/worker_get_status")).toEqual({
      model_names: ["tiny", "gpt-3.5-turbo"],
      speed: 1,
      queue_length: 0,
    });
    expect(await json("/model_details", { model: "tiny" })).toEqual({ context_length: 512 });
    const { count } = await json("/tokenize", { prompt });
    expect(await json("/count_token", { model: "tiny", prompt })).toEqual({ count, error_code: 0 });
  });

  test("names a template that writes the model's own prompts", async () => {
    const { conv } = await json("/worker_get_conv_template", { model: "tiny" });
    expect(conv).toMatchObject({
      system_template: "<|im_start|>system\n{system_message}",
      system_message: "You are a helpful assistant.",
      roles: ["<|im_start|>user", "<|im_start|>assistant"],
      sep_style: 10,
      sep: "<|im_end|>",
      messages: [],
      offset: 0,
      stop_str: null,
      stop_token_ids: null,
    });
    expect(Object.keys(conv)).toEqual([
      "name",
      "system_template",
      "system_message",
      "system_message_vision",
      "roles",
      "messages",
      "offset",
      "sep_style",
      "sep",
      "sep2",
      "stop_str",
      "stop_token_ids",
      "max_image_size_mb",
    ]);
    const said = log.filter((line) => line.startsWith("FastChat's servers"));
    expect(said).toEqual([
      `FastChat's servers are told to write prompts by its template '${conv.name}': they are the model's own, word for word`,
    ]);
  });

  test("gives the vectors that our own route gives", async () => {
    const input = ["one", "two words"];
    const ours = await json("/v1/embeddings", { model: "tiny", input });
    const theirs = await json("/worker_get_embeddings", { model: "tiny", input });
    expect(theirs).toEqual({
      embedding: ours.data.map(({ embedding }: { embedding: number[] }) => embedding),
      token_num: ours.usage.prompt_tokens,
    });
    const told = await json("/worker_get_embeddings", { input, encoding_format: "base64" });
    const bytes = Buffer.from(told.embedding[0], "base64");
    expect(bytes.readFloatLE(4)).toBeCloseTo(theirs.embedding[0][1], 6);
    const long = await json("/worker_get_embeddings", { input: ["word ".repeat(600)] });
    expect(long.error_code).toBe(40303);
  });
});

describe("our worker behind our api, by FastChat's wire alone", () => {
  async function startApi() {
    const allowedWorkers = ["127.0.0.1"];
    const controller = keep(await serveController({ host: "127.0.0.1", port: 0, allowedWorkers }));
    const registration = { worker_name: worker.url, check_heart_beat: true, worker_status: null };
    expect((await post("/register_worker", registration, controller.url)).status).toBe(200);
    const api = keep(
      await serveApi({ host: "127.0.0.1", port: 0, controllerAddress: controller.url }),
    );
    await eventually(async () => {
      const listed = await (await fetch(`${api.url}/v1/models`)).json();
      return (listed as { data: object[] }).data.length > 1;
    });
    return api.url;
  }
  const messages = [
    { role: "system", content: "You rhyme." },
    { role: "user", content: "Hello!" },
  ];
  const chat = { model: "tiny", messages, temperature: 0, max_tokens: 12, seed: 1 };

  /** FastChat's servers leave out what is half a character. */
  const whole = (text: string) => text.replaceAll("\ufffd", "");

  test("answers as it does by our own", async () => {
    const url = await startApi();
    for (const body of [chat, { ...chat, messages: messages.slice(1) }, { ...chat, n: 2 }]) {
      const ours = await json("/v1/chat/completions", body, worker.url);
      const theirs = await json("/v1/chat/completions", body, url);
      const told = ({ choices }: typeof ours) =>
        choices.map(({ message }: { message: { content: string } }) => whole(message.content));
      expect(told(theirs)).toEqual(told(ours));
      if (!("n" in body)) expect(theirs.usage.prompt_tokens).toBe(ours.usage.prompt_tokens);
    }
    const text = { model: "tiny", prompt, temperature: 0, max_tokens: 12, logprobs: 0, echo: true };
    const [ours, theirs] = [
      (await json("/v1/completions", text, worker.url)).choices[0],
      (await json("/v1/completions", text, url)).choices[0],
    ];
    expect(theirs.text).toBe(whole(ours.text));
    expect(theirs.logprobs.tokens).toEqual(ours.logprobs.tokens);
    for (const [i, value] of theirs.logprobs.token_logprobs.entries())
      if (value !== null) expect(value).toBeCloseTo(ours.logprobs.token_logprobs[i], 3);
    const embedded = { model: "gpt-3.5-turbo", input: "one" };
    const vectors = [
      await json("/v1/embeddings", embedded, worker.url),
      await json("/v1/embeddings", embedded, url),
    ];
    expect(vectors[1].data).toEqual(vectors[0].data);
  });
});
