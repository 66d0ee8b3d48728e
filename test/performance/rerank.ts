/**
 * @file What one request with 64 documents saves over 64 requests with one each, for rerankers and
 * for embeddings: both ways in turn, on the same worker.
 *
 * Where all that is left is arithmetic, a token costs the same either way, and no batch is faster
 * than that: the figures show what a token costs.
 */
import { join } from "node:path";
import { type TinyModelOptions, writeTinyModel } from "../../src/fresh/tiny-model.ts";
import { inTurn, ratio } from "./in-turn.ts";
import { type Measured, startWorker } from "./servers.ts";

const rounds = Number(process.env.ROUNDS ?? 3);
const count = 64;
const wanted = 4;
const contextSize = 512;

/** Two layers of 64; bge-small's shape; a Qwen 3 reranker of about that size, with its own template. */
const models: Record<string, TinyModelOptions> = {
  "tiny BERT": { architecture: "bert", pooling: "rank", contextLength: contextSize },
  "BERT of 12 × 384": small("bert", "rank"),
  "BERT of 12 × 384, embeddings": small("bert", "mean"),
  "Qwen 3 of 12 × 384": { ...small("qwen3", "rank"), rerankTemplate: qwenTemplate() },
};

function small(architecture: "bert" | "qwen3", pooling: "rank" | "mean"): TinyModelOptions {
  const shape = { layers: 12, embeddingLength: 384, heads: 12, kvHeads: 12, feedForward: 1536 };
  return { architecture, pooling, ...shape, contextLength: contextSize, weightType: "Q8_0" };
}

/** As Qwen3-Reranker's model card has it. */
function qwenTemplate(): string {
  return [
    "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the Instruct",
    ' provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n<Instruct>: Given a',
    " web search query, retrieve relevant passages that answer the query\n<Query>: {query}\n",
    "<Document>: {document}<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n",
  ].join("");
}

const query = "how deep is the sea and who sails it";
const words = "the ship sails far and deep the sea of the north is cold and wide".split(" ");
const document = (length: number, number: number) =>
  Array.from({ length }, (_, i) => words[(i * 7 + number) % words.length]).join(" ");

export async function rerank(folder: string, threads: number): Promise<void> {
  for (const [title, options] of Object.entries(models)) {
    const modelPath = join(folder, "ranker.gguf");
    writeTinyModel(modelPath, options);
    const worker = await startWorker({ modelPath, slots: 1, threads, contextSize });
    for (const length of [8, 80]) await compare(title, worker, options, length);
    await worker.stop();
  }
}

async function compare(
  title: string,
  worker: Measured,
  { pooling }: TinyModelOptions,
  length: number,
): Promise<void> {
  const documents = Array.from({ length: count }, (_, number) => document(length, number));
  const ask = pooling === "rank" ? ranked : embedded;
  const tokens = await ask(worker, documents);
  const [together = Number.NaN, alone = Number.NaN] = await inTurn(
    [
      () => ask(worker, documents),
      async () => {
        for (const each of documents) await ask(worker, [each]);
      },
    ],
    rounds,
  );
  const perToken = (seconds: number) => `${((seconds / tokens) * 1e6).toFixed(0)} µs`;
  console.log(
    `${title}, ${count} × ${Math.round(tokens / count)} tokens: ${ratio(alone, together, wanted)}; a token takes ${perToken(alone)} alone, ${perToken(together)} together`,
  );
}

const ranked = (worker: Measured, documents: string[]) =>
  post(`${worker.baseUrl}/rerank`, { query, documents });
const embedded = (worker: Measured, input: string[]) =>
  post(`${worker.baseUrl}/embeddings`, { model: "bench", input, encoding_format: "base64" });

/** The tokens that were read. */
async function post(url: string, body: object): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await response.text());
  return ((await response.json()) as { usage: { prompt_tokens: number } }).usage.prompt_tokens;
}
