/**
 * @file What log-probabilities, an echoed prompt and a grammar cost over a plain answer, on the
 * 0.5B shape: each job in turn with the plain one, on the same worker.
 */
import { inTurn } from "./in-turn.ts";
import { type Setting, startWorker } from "./servers.ts";

const rounds = Number(process.env.ROUNDS ?? 6);
const answerTokens = 48;

const flat = {
  type: "object",
  properties: Object.fromEntries(
    ["name", "city", "street", "email", "phone", "job", "company", "note"].map((name) => [
      name,
      { type: "string", minLength: 20 },
    ]),
  ),
};
flat.properties = { id: { type: "integer" } as never, ...flat.properties };
const required = Object.keys(flat.properties);

/** Prints a line for each promise of the issue. */
export async function answers(setting: Setting): Promise<void> {
  const worker = await startWorker(setting);
  let number = 0;
  const post = async (path: string, body: object) => {
    const response = await fetch(`${worker.baseUrl}/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "bench", cache_prompt: false, ...body }),
    });
    if (!response.ok) throw new Error(await response.text());
    return (await response.json()) as { usage: { completion_tokens: number } };
  };
  /** `streams` answers at once; seconds for each token they have. */
  const chat = (streams: number, more: object) => async () => {
    const body = {
      max_tokens: answerTokens,
      ignore_eos: true,
      messages: [{ role: "user", content: `Tell me about number ${number++}.` }],
      ...more,
    };
    const told = await Promise.all(
      Array.from({ length: streams }, (_, seed) => post("chat/completions", { ...body, seed })),
    );
    const short = told.find(({ usage }) => usage.completion_tokens < answerTokens);
    if (short) throw new Error(`an answer ended after ${short.usage.completion_tokens} tokens`);
  };
  const compare = async (title: string, promised: number, jobs: (() => Promise<void>)[]) => {
    const [plain = Number.NaN, other = Number.NaN] = await inTurn(jobs, rounds);
    const verdict = other / plain <= promised ? "" : ", MISSED";
    console.log(
      `${title}: ${(other / plain).toFixed(3)} × plain (promised ${promised.toFixed(2)}${verdict})`,
    );
  };

  console.log("\n# what an answer's extras cost");
  const logprobs = { logprobs: true, top_logprobs: 5 };
  for (const streams of [1, 8])
    await compare(`5 log-probabilities a token, ${streams} streams`, 1 / 0.9, [
      chat(streams, {}),
      chat(streams, logprobs),
    ]);
  const schema = { ...flat, required, additionalProperties: false };
  const format = { type: "json_schema", json_schema: { name: "flat", schema } };
  await compare("a flat schema, 8 streams", 1 / 0.85, [
    chat(8, {}),
    chat(8, { response_format: format }),
  ]);

  const prompt = Array.from({ length: 1000 }, (_, i) => 1000 + ((i * 7919) % 5000));
  const read = (more: object) => async () => {
    await post("completions", { prompt: [number++, ...prompt], max_tokens: 1, ...more });
  };
  await compare("echo of 1000 tokens with their log-probabilities", 1.3, [
    read({}),
    read({ echo: true, logprobs: 1 }),
  ]);
  await worker.stop();
}
