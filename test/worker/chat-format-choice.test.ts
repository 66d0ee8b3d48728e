/** @file Which template a worker writes its prompts with, and that answers end where it says. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { ChatFormat } from "../../src/chat/chat-format.ts";
import { plainFormatWarning } from "../../src/chat/plain-format.ts";
import { UsageError } from "../../src/errors/usage-error.ts";
import { writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { findLibraries } from "../../src/llama/libraries.ts";
import { templateRenderer } from "../../src/llama/template-renderer.ts";
import { type ChatFormatOptions, chooseChatFormat } from "../../src/worker/chat-format-choice.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import type { WorkerOptions } from "../../src/worker/worker-options.ts";
import { formatOf } from "../chat/fastchat/formats.ts";

const folder = mkdtempSync(join(tmpdir(), "fastchat-choice-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The path of a model without a template in a file of this name. */
function modelFile(name: string): string {
  const path = join(folder, name);
  writeTinyModel(path, { chatTemplate: null });
  return path;
}

type Answer = {
  choices: [{ finish_reason: string; text?: string; message?: { content: string } }];
  usage: { prompt_tokens: number; prompt_tokens_details: { cached_tokens: number } };
};

async function serve(options: Partial<WorkerOptions> & { modelPath: string }) {
  const place = { host: "127.0.0.1", port: 0, threads: 1, slots: 1, contextSize: 1024 };
  const worker = await serveWorker({ names: ["tiny"], ...place, ...options });
  const post = async (path: string, body: object) => {
    const response = await fetch(`${worker.url}/v1/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "tiny", max_tokens: 8, ...body }),
    });
    return { status: response.status, body: (await response.json()) as Answer };
  };
  return { post, close: () => worker.close() };
}

const messages = [{ role: "user" as const, content: "Tell me of </s> rivers." }];

const textOf = async ({ prompt }: ChatFormat) =>
  (await prompt({ messages })).map(({ text }) => text).join("");

describe("a worker whose model has no template", () => {
  test("asks it as FastChat asks a model of its name", async () => {
    const { post, close } = await serve({ modelPath: modelFile("vicuna-7b-v1.5.Q4_K_M.gguf") });
    expect((await post("chat/completions", { messages })).status).toBe(200);
    const prompt = await textOf(formatOf("vicuna_v1.1"));
    const { usage } = (await post("completions", { prompt })).body;
    expect(usage.prompt_tokens_details.cached_tokens).toBe(usage.prompt_tokens - 1); // seen before
    await close();
  });

  test("ends its answers at the template's strings", async () => {
    const { post, close } = await serve({ modelPath: modelFile("guanaco-33b.gguf") });
    const body = { messages, logit_bias: { "#": 100 }, max_tokens: 20 };
    const { choices } = (await post("chat/completions", body)).body;
    expect(choices[0]).toMatchObject({ finish_reason: "stop", message: { content: "" } });
    await close();
  });

  test("ends its answers at the template's tokens", async () => {
    const { post, close } = await serve({ modelPath: modelFile("zephyr-7b.gguf") }); // token 2
    const body = { messages, logit_bias: { "2": 100 } };
    expect((await post("chat/completions", body)).body.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: "" },
    });
    await close();
  });

  test("calls tools, of which it is told in words", async () => {
    const { post, close } = await serve({ modelPath: modelFile("vicuna-13b.gguf") });
    const tools = [{ type: "function", function: { name: "a" } }];
    const asked = { messages, tools, tool_choice: "required", parallel_tool_calls: false };
    const { status, body } = await post("chat/completions", { ...asked, max_tokens: 100 });
    expect(status).toBe(200);
    expect(body.choices[0]).toMatchObject({
      finish_reason: "tool_calls",
      message: { tool_calls: [{ function: { name: "a", arguments: "{}" } }] },
    });
    await close();
  });
});

describe("chooseChatFormat", () => {
  const renderer = templateRenderer(findLibraries("cpu"));
  afterAll(renderer.close);
  const vocab = {
    templateTokens: () => ({ bosToken: "<s>", eosToken: "</s>", controlTokens: [] }),
  };
  const own = "{{ messages[0].content }} it is.";

  /** What the log says, and the prompt of the format. */
  async function choice(
    options: ChatFormatOptions & { modelPath: string },
    description: { chatTemplate?: string; name?: string } = {},
  ) {
    const lines: string[] = [];
    const asked = { ...options, log: (line: string) => lines.push(line) };
    const format = await chooseChatFormat(asked, description, vocab, renderer);
    expect(lines).toHaveLength(1);
    return { line: lines[0], format };
  }

  test("takes the template that was asked for before all others", async () => {
    const options = { modelPath: "vicuna-7b.gguf", convTemplate: "raw" };
    const { line, format } = await choice(options, { chatTemplate: own });
    expect(line).toBe("chat format: FastChat's template 'raw', which was asked for");
    expect(await textOf(format)).toBe("Tell me of </s> rivers.");
  });

  test("takes the Jinja that it was given before the model's own", async () => {
    const options = { modelPath: "vicuna-7b.gguf", chatTemplate: "given" };
    const { line, format } = await choice(options, { chatTemplate: own });
    expect(line).toBe("chat format: the given chat template");
    expect(await textOf(format)).toBe("given");
  });

  test("takes the model's own before any by its name", async () => {
    const { line, format } = await choice({ modelPath: "vicuna.gguf" }, { chatTemplate: own });
    expect(line).toBe("chat format: the model's own chat template");
    expect(await textOf(format)).toBe("Tell me of </s> rivers. it is.");
  });

  test("takes FastChat's for the file's name, and says by which rule", async () => {
    const { line } = await choice({ modelPath: "/models/vicuna-7b-v1.5.Q8_0.gguf" });
    expect(line).toBe(
      "chat format: FastChat's template 'vicuna_v1.1', by VicunaAdapter for the name 'vicuna-7b-v1.5.Q8_0' of a model without its own",
    );
  });

  test("takes FastChat's for the name in the metadata, where the file's is unknown", async () => {
    const { line } = await choice({ modelPath: "model.gguf" }, { name: "TinyLlama 1.1B" });
    expect(line).toMatch(/template 'TinyLlama', by TinyLlamaAdapter for the name 'TinyLlama 1.1B'/);
  });

  test.for([
    "nothing-known.gguf",
    "pythia-70m.gguf", // FastChat knows it, but no template for it
    "yandexgpt-5-lite.gguf", // whose template writes no prompts
    "/models/alpaca/mine.gguf", // a folder is no name
  ])("takes the plain format, and no example before it, for %s", async (modelPath) => {
    const { line, format } = await choice({ modelPath });
    expect(line).toBe(plainFormatWarning);
    expect(await textOf(format)).toMatch(/^### User:\nTell me/);
  });

  test("keeps the example of a model that a rule gives it", async () => {
    const { line } = await choice({ modelPath: "vicuna-13b-delta-v0.gguf" });
    expect(line).toMatch(/template 'one_shot', by VicunaAdapter/);
  });

  test("says so where the template leaves system messages out", async () => {
    const { line } = await choice({ modelPath: "gemma-2b-it.gguf" });
    expect(line).toMatch(/; it leaves system messages out$/);
  });

  test("goes on with a broken template of the model's, and says what is wrong", async () => {
    const { line } = await choice({ modelPath: "a.gguf" }, { chatTemplate: "{{ broken" });
    expect(line).toMatch(/The model's chat template cannot be parsed/);
  });

  test.for([
    [{ convTemplate: "vicuna-1.1" }, /no template 'vicuna-1.1': did you mean 'vicuna_v1.1'/],
    [{ convTemplate: "yandexgpt" }, /writes no prompts/],
    [{ chatTemplate: "{{ broken" }, /cannot be parsed/],
  ] as const)("refuses %j", async ([options, words]) => {
    const refused = choice({ modelPath: "a.gguf", ...options });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(words);
  });
});
