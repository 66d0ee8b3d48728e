import { describe, expect, test } from "vitest";
import { serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

const modelPath = tinyModel({ architecture: "qwen2" });

describe("the chat template", () => {
  const usual = { names: ["tiny"] as const, host: "127.0.0.1", port: 0, threads: 1, slots: 1 };
  /** What each of the three routes shows. */
  async function shown(options: { chatTemplate?: string; convTemplate?: string }) {
    const running = await serveWorker({ ...usual, modelPath, ...options });
    const show = { method: "POST", headers: { "content-type": "application/json" } };
    const read = async (path: string, init?: RequestInit) =>
      (await (await fetch(running.url + path, init)).json()) as Record<string, unknown>;
    const props = await read("/props");
    const info = await read("/tokenizer_info");
    const model = await read("/api/show", { ...show, body: JSON.stringify({ model: "tiny" }) });
    await running.close();
    return [props.chat_template, info.chat_template, model.template];
  }

  test("is shown as it is in use: the given one before the file's", async () => {
    const chatTemplate = "{% for m in messages %}{{ m.role }}: {{ m.content }}\n{% endfor %}";
    expect(await shown({ chatTemplate })).toEqual([chatTemplate, chatTemplate, chatTemplate]);
  });

  test("is shown nowhere where one of FastChat's is in use", async () => {
    expect(await shown({ convTemplate: "vicuna_v1.1" })).toEqual([null, null, ""]);
  });
});
