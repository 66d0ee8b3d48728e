/**
 * @file What n-gram lookup brings on the 0.5B shape: on a text that is copied, on one that never
 * repeats itself, and on one whose repetitions lead nowhere. A worker with lookup answers with drafts
 * and without, and one that has none of it, in turn.
 *
 * The copied text is a passage of 200 tokens that stands in the prompt once. The model's weights make
 * it write that passage on (src/fresh/passage.ts) but for an accident at 1 in about 20 tokens, when it
 * takes any token of the vocabulary and goes on elsewhere in the passage. The other text is drawn from
 * random weights at temperature 1: hardly two tokens of it ever stand together twice, so nothing is drafted.
 * Drawn from 24 tokens only, pairs come again and again, each time with another token behind them.
 */
import { join } from "node:path";
import { writeBenchModel } from "../../src/fresh/bench-model.ts";
import { inTurn } from "./in-turn.ts";
import { type Setting, startWorker } from "./servers.ts";

const rounds = Number(process.env.ROUNDS ?? 6);
const levels = (process.env.LEVELS ?? "1,8").split(",").map(Number);
const answerTokens = 128;
const passage = { firstToken: 1000, length: 200, sureness: 15 };
const passagePrompt = Array.from({ length: 220 }, (_, i) => 1000 + (i % passage.length));
const otherPrompt = Array.from({ length: 220 }, (_, i) => 1000 + ((i * 7919) % 90_000));
const fewTokens = Array.from({ length: 24 }, (_, i) => 1000 + i * 3001);
const fewPrompt = Array.from({ length: 220 }, (_, i) => fewTokens[(i * i + (i >> 3)) % 24] ?? 0);
const onlyFew = { logit_bias: Object.fromEntries(fewTokens.map((token) => [token, 100])) };

type Told = { timings: { predicted_n: number; draft_n?: number; draft_n_accepted?: number } };

/** Prints a line for each promise of the issue. */
export async function speculation(setting: Setting, folder: string): Promise<void> {
  console.log("\n# n-gram speculation, answers of 128 tokens");
  const modelPath = join(folder, "passage.gguf");
  writeBenchModel(modelPath, 1, passage);
  await compare(
    { ...setting, modelPath },
    { title: "a copied passage", prompt: passagePrompt },
    1.5,
  );
  await compare(setting, { title: "random text", prompt: otherPrompt }, 0.97);
  await compare(setting, { title: "random pairs", prompt: fewPrompt, more: onlyFew }, 0.97);
}

type Text = { title: string; prompt: number[]; more?: object };

/** @param promised For one stream: how many times as fast as where there is no lookup. */
async function compare(setting: Setting, text: Text, promised: number): Promise<void> {
  const without = await startWorker(setting, "--speculative=none");
  const worker = await startWorker(setting, "--speculative=ngram");
  for (const streams of levels) {
    const drafted = { n: 0, accepted: 0 };
    const ask = (baseUrl: string, speculative: boolean) => async () => {
      const answers = Array.from({ length: streams }, (_, seed) =>
        post(baseUrl, text.prompt, { ...text.more, seed, speculative }),
      );
      for (const { timings } of await Promise.all(answers)) {
        drafted.n += timings.draft_n ?? 0;
        drafted.accepted += timings.draft_n_accepted ?? 0;
      }
    };
    const jobs = [
      ask(without.baseUrl, true),
      ask(worker.baseUrl, false),
      ask(worker.baseUrl, true),
    ];
    const [none = Number.NaN, off = Number.NaN, on = Number.NaN] = await inTurn(jobs, rounds);
    const speed = none / on;
    const missed = speed < promised ? ", MISSED" : "";
    const verdict = streams === 1 ? ` (promised ${promised}${missed})` : "";
    const share = drafted.n === 0 ? "nothing drafted" : toShare(drafted, streams);
    console.log(
      `${text.title}, ${streams} at once: ${speed.toFixed(2)} × as fast as without${verdict}, ` +
        `${(off / on).toFixed(2)} × as where it is switched off; ${share}`,
    );
  }
  await Promise.all([without.stop(), worker.stop()]);
}

function toShare({ n, accepted }: { n: number; accepted: number }, streams: number): string {
  const tokens = (rounds + 1) * streams * answerTokens;
  const percent = (part: number, whole: number) => `${((100 * part) / whole).toFixed(0)} %`;
  return `${percent(accepted, n)} of ${n} drafted tokens accepted, ${percent(accepted, tokens)} of the text`;
}

async function post(baseUrl: string, prompt: number[], more: object) {
  const body = { prompt, ...more, max_tokens: answerTokens, ignore_eos: true };
  const free = { temperature: 1, top_k: 0, top_p: 1, min_p: 0 };
  const response = await fetch(`${baseUrl}/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "bench", cache_prompt: true, ...free, ...body }),
  });
  if (!response.ok) throw new Error(await response.text());
  return (await response.json()) as Told;
}
