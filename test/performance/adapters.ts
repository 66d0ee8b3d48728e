/**
 * @file What a LoRA adapter for each request costs over the base alone, 8 streams on the 0.5B shape:
 * each job in turn with the plain one, on the same worker. The adapters are F32, of rank 8: two on
 * the matrices of queries and values, which is what `fastchat train` and FastChat's own training
 * write unless told otherwise, and one on all seven matrices of a layer.
 */
import { dirname, join } from "node:path";
import { writeTinyAdapter } from "../../src/fresh/tiny-adapter.ts";
import { inTurn } from "./in-turn.ts";
import { type Setting, startWorker } from "./servers.ts";

const rounds = Number(process.env.ROUNDS ?? 6);
const rank = Number(process.env.RANK ?? 8);
const answerTokens = 48;
const streams = 8;

const queriesAndValues = /^blk\.\d+\.attn_[qv]\.weight$/;
const kinds = {
  one: { seed: 1, rank, matrices: queriesAndValues },
  two: { seed: 2, rank, matrices: queriesAndValues },
  whole: { seed: 3, rank },
};

export async function adapters(setting: Setting): Promise<void> {
  const files = Object.entries(kinds).map(([name, options]) => {
    const path = join(dirname(setting.modelPath), `${name}.gguf`);
    writeTinyAdapter(path, setting.modelPath, options);
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
  const jobs = [
    ["bench"],
    ["bench:one"],
    ["bench:one", "bench:two"],
    ["bench", "bench:one"],
    ["bench:whole"],
  ];
  const seconds = await inTurn(jobs.map(chat), rounds);
  await worker.stop();
  const [plain = Number.NaN, one, two, mixed, whole] = seconds;
  const cost = (taken = Number.NaN) => (taken / plain).toFixed(3);
  const verdict = (one ?? Number.NaN) / plain <= 1.1 ? "" : ", MISSED";
  console.log(`\n# LoRA per request, ${streams} streams of ${answerTokens} tokens, rank ${rank}`);
  console.log(`the base: ${plain.toFixed(2)} s`);
  console.log(`an adapter of q and v: ${cost(one)} × the base (promised 1.10${verdict})`);
  console.log(`an adapter of all matrices: ${cost(whole)} × the base`);
  console.log(`two of q and v, which take turns: ${cost(two)} × the base`);
  console.log(`the base and one of q and v, which take turns: ${cost(mixed)} × the base`);
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
