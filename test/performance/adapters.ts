/**
 * @file What a LoRA adapter for each request costs over the base alone, 8 streams on the 0.5B shape:
 * each job in turn with the plain one, on the same worker. The adapter is of rank 8, F32, on all
 * matrices of attention and feed-forward, as `fastchat train` writes it.
 */
import { dirname, join } from "node:path";
import { writeTinyAdapter } from "../../src/fresh/tiny-adapter.ts";
import { inTurn } from "./in-turn.ts";
import { type Setting, startWorker } from "./servers.ts";

const rounds = Number(process.env.ROUNDS ?? 6);
const rank = Number(process.env.RANK ?? 8);
const answerTokens = 48;
const streams = 8;

export async function adapters(setting: Setting): Promise<void> {
  const names = ["one", "two"];
  const files = names.map((name, seed) => {
    const path = join(dirname(setting.modelPath), `${name}.gguf`);
    writeTinyAdapter(path, setting.modelPath, { seed: seed + 1, rank });
    return path;
  });
  const worker = await startWorker(setting, ...files.map((path) => `--lora=${path}=0`));
  let number = 0;
  /** All streams at once, each asking for the next of the models in turn. */
  const chat = (models: string[]) => async () => {
    const content = `Tell me about number ${number++}.`;
    const answers = Array.from({ length: streams }, (_, i) =>
      post(`${worker.baseUrl}/chat/completions`, {
        ...{ model: models[i % models.length], seed: i, max_tokens: answerTokens },
        ...{ ignore_eos: true, cache_prompt: false, messages: [{ role: "user", content }] },
      }),
    );
    await Promise.all(answers);
  };
  const [plain = Number.NaN, one = Number.NaN, two = Number.NaN, mixed = Number.NaN] = await inTurn(
    [["bench"], ["bench:one"], ["bench:one", "bench:two"], ["bench", "bench:one"]].map(chat),
    rounds,
  );
  await worker.stop();
  const cost = (seconds: number) => (seconds / plain).toFixed(3);
  const verdict = one / plain <= 1.1 ? "" : ", MISSED";
  console.log(`\n# LoRA per request, ${streams} streams of ${answerTokens} tokens, rank ${rank}`);
  console.log(`the base: ${plain.toFixed(2)} s`);
  console.log(`one adapter: ${cost(one)} × the base (promised 1.10${verdict})`);
  console.log(`two adapters, which take turns: ${cost(two)} × the base`);
  console.log(`the base and one adapter, which take turns: ${cost(mixed)} × the base`);
}

async function post(url: string, body: object): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  const { usage } = (await response.json()) as { usage: { completion_tokens: number } };
  if (usage.completion_tokens < answerTokens)
    throw new Error(`an answer ended after ${usage.completion_tokens} tokens`);
}
