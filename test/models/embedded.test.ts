/** @file The embedded models: small, in the package, and they answer what they were never asked before. */
import { existsSync, statSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readGguf } from "../../src/llama/gguf-reader.ts";
import { describeModel } from "../../src/llama/model-description.ts";
import { embeddedModels } from "../../src/models/embedded.ts";
import { serveWorker } from "../../src/worker/serve.ts";
import { type HeldOut, heldOut } from "./held-out.ts";
import { isSensible } from "./sensible.ts";

const [tiny = "", micro = ""] = embeddedModels();

type Message = { role: "user" | "assistant"; content: string };

/** Which of the held-out questions the model answers sensibly, with the answers of the others. */
async function examine(modelPath: string) {
  const options = { host: "127.0.0.1", port: 0, threads: 1, slots: 4 };
  const worker = await serveWorker({ modelPath, names: ["pupil"], ...options });
  const answerTo = async ({ before, question }: HeldOut): Promise<string> => {
    const [asked, answered] = before ?? [];
    const messages: Message[] = [
      ...(asked === undefined ? [] : [{ role: "user" as const, content: asked }]),
      ...(answered === undefined ? [] : [{ role: "assistant" as const, content: answered }]),
      { role: "user", content: question },
    ];
    const response = await fetch(`${worker.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "pupil", messages, temperature: 0, max_tokens: 100 }),
    });
    const body = (await response.json()) as { choices: { message: { content: string } }[] };
    return body.choices[0]?.message.content ?? "";
  };
  const results: { one: HeldOut; answer: string }[] = [];
  for (const one of heldOut) results.push({ one, answer: await answerTo(one) });
  await worker.close();
  const wrong = results.filter(({ one, answer }) => !isSensible(answer, one));
  return {
    share: 1 - wrong.length / heldOut.length,
    wrong: wrong.map(({ one, answer }) => `${one.topic}: ${one.question} → ${answer}`),
  };
}

describe("embeddedModels", () => {
  test("are small ChatML models, the stronger first", () => {
    const sizes = [tiny, micro].map((path) => statSync(path).size);
    expect(sizes[0]).toBeGreaterThan(sizes[1] ?? 0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(8 * 2 ** 20);
    for (const path of [tiny, micro]) {
      const { chatTemplate, tokenizer } = describeModel(readGguf(path));
      expect(chatTemplate).toContain("<|im_start|>");
      expect(tokenizer.eosToken).toBe("<|im_end|>");
    }
  });

  const built = new URL("../../dist/models/embedded.js", import.meta.url);
  test.skipIf(!existsSync(built))("are found by the built program too (make build)", async () => {
    const module = (await import(built.href)) as { embeddedModels: () => string[] };
    expect(module.embeddedModels()).toEqual([tiny, micro]);
  });

  test("answer held-out questions: the strong one four in five, the weak one clearly fewer", {
    timeout: 300_000,
  }, async () => {
    const strong = await examine(tiny);
    expect(strong.share, strong.wrong.join("\n")).toBeGreaterThanOrEqual(0.8);
    const weak = await examine(micro);
    expect(weak.share, weak.wrong.join("\n")).toBeLessThan(strong.share - 0.15);
  });
});
