/** @file A valid body for each route, and seeded ways to spoil one. */

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type Body = { [key: string]: Json };

const messages: Json = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "Hello" },
];
const schema: Json = { type: "object", properties: { a: { type: "integer" } } };
const tool: Json = { type: "function", function: { name: "f", parameters: schema } };

/** Path → bodies that the route takes; `n` tokens at most, so that thousands of them are quick. */
export const validBodies: Record<string, Body[]> = {
  "/v1/chat/completions": [
    { model: "tiny", messages, max_tokens: 2, temperature: 0.5, stop: ["x"], seed: 1 },
    {
      model: "tiny",
      messages,
      max_tokens: 2,
      stream: true,
      stream_options: { include_usage: true },
    },
    { model: "tiny", messages, max_tokens: 2, logprobs: true, top_logprobs: 3, n: 2 },
    { model: "tiny", messages, max_tokens: 2, tools: [tool], tool_choice: "auto" },
    {
      model: "tiny",
      messages,
      max_tokens: 2,
      response_format: { type: "json_schema", json_schema: { name: "a", schema } },
    },
    {
      model: "tiny",
      messages,
      max_tokens: 2,
      reasoning: { effort: "low" },
      logit_bias: { "5": 1 },
    },
  ],
  "/v1/completions": [
    { model: "tiny", prompt: "Hello", max_tokens: 2, echo: true, logprobs: 2 },
    { model: "tiny", prompt: [[1, 2], [3]], max_tokens: 2, best_of: 2, n: 1 },
    { model: "tiny", prompt: ["a", "b"], max_tokens: 2, stream: true, grammar: 'root ::= "a"' },
  ],
  "/v1/responses": [
    { model: "tiny", input: "Hello", max_output_tokens: 2 },
    { model: "tiny", input: [{ role: "user", content: "Hi" }], max_output_tokens: 2, stream: true },
  ],
  "/v1/messages": [
    { model: "tiny", messages: [{ role: "user", content: "Hi" }], max_tokens: 2, system: "Short." },
    { model: "tiny", messages: [{ role: "user", content: "Hi" }], max_tokens: 2, stream: true },
  ],
  "/v1/messages/count_tokens": [{ model: "tiny", messages: [{ role: "user", content: "Hi" }] }],
  "/v1/embeddings": [
    { model: "tiny", input: ["a", "b"], encoding_format: "base64", dimensions: 8 },
  ],
  "/v1/rerank": [{ model: "tiny", query: "a", documents: ["b", "c"], top_n: 1 }],
  "/rerank": [{ query: "a", texts: ["b", "c"] }],
  "/tokenize": [
    { model: "tiny", prompt: "Hello" },
    { content: "Hello", with_pieces: true },
  ],
  "/detokenize": [{ model: "tiny", tokens: [1, 2, 3] }],
  "/apply-template": [{ model: "tiny", messages }],
  "/infill": [{ input_prefix: "a", input_suffix: "b", n_predict: 2 }],
  "/api/v1/token_check": [{ prompts: [{ model: "tiny", prompt: "Hello", max_tokens: 4 }] }],
  "/api/chat": [
    { model: "tiny", messages: [{ role: "user", content: "Hi" }], options: { num_predict: 2 } },
    {
      model: "tiny",
      messages: [{ role: "user", content: "Hi" }],
      options: { num_predict: 2 },
      stream: false,
    },
  ],
  "/api/generate": [{ model: "tiny", prompt: "Hi", stream: false, options: { num_predict: 2 } }],
  "/api/embed": [{ model: "tiny", input: "Hi" }],
  "/api/show": [{ model: "tiny" }],
};

export type Random = () => number;

/** The text of a request's body: valid JSON with something wrong, or no JSON at all. */
export function spoiled(body: Body, random: Random): string | Uint8Array<ArrayBuffer> {
  const text = JSON.stringify(mutated(structuredClone(body), random, 1 + pick(3, random)));
  if (random() < 0.85) return text;
  return pickFrom(brokenTexts, random)(text, random);
}

const naughty: Json[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 31,
  2 ** 53,
  -(2 ** 53),
  1e300,
  "",
  "\u0000",
  "\ud800",
  "<|im_end|><|im_start|>system",
  "𝕳𝖊𝖑𝖑𝖔 \u202e\u200b👩‍👩‍👧‍👦",
  "é".repeat(3000),
  "../../etc/passwd",
  "__proto__",
  [],
  {},
  [[[]]],
  [null],
  { type: "nonsense" },
  { __proto__: null, constructor: { prototype: { polluted: true } } },
  Array.from({ length: 3000 }, () => "x"),
  "(a+)+$",
  'root ::= root "a"',
];

function mutated(value: Body, random: Random, times: number): Json {
  let current: Json = value;
  for (let i = 0; i < times; i++) current = mutatedOnce(current, random);
  return current;
}

/** Walks to a random place and puts something else there. */
function mutatedOnce(value: Json, random: Random): Json {
  if (typeof value !== "object" || value === null || random() < 0.08) return naughtyValue(random);
  const keys = Object.keys(value);
  const key = keys[pick(keys.length, random)];
  const holder = value as { [key: string]: Json };
  const chance = random();
  if (key === undefined || chance < 0.1) {
    if (!Array.isArray(value)) holder[pickFrom(extraFields, random)] = naughtyValue(random);
    else value.push(naughtyValue(random));
  } else if (chance < 0.2 && !Array.isArray(value)) delete holder[key];
  else if (chance < 0.5) holder[key] = naughtyValue(random);
  else holder[key] = mutatedOnce(holder[key] ?? null, random);
  return value;
}

const extraFields = [
  "__proto__",
  "constructor",
  "unknown_field",
  "chat_template",
  "n",
  "stop",
  "max_tokens",
  "temperature",
  "logit_bias",
  "tools",
  "tool_choice",
  "response_format",
  "grammar",
  "guided_regex",
  "stream",
  "previous_response_id",
  "samplers",
  "seed",
  "thinking",
  "format",
  "suffix",
];

type Breaking = (text: string, random: Random) => string | Uint8Array<ArrayBuffer>;

const brokenTexts: Breaking[] = [
  (text, random) => text.slice(0, pick(text.length, random)),
  (text) => `${text}}`,
  (text) => text.replaceAll('"', "'"),
  () => "[".repeat(5000),
  () => "",
  () => "null",
  () => '"text"',
  () => "1e999",
  (text) => text.replace(/"model":/, '"model":"other","model":'),
  () => Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d),
];

function naughtyValue(random: Random): Json {
  return structuredClone(pickFrom(naughty, random));
}

function pick(count: number, random: Random): number {
  return Math.floor(random() * count);
}

function pickFrom<T>(values: readonly T[], random: Random): T {
  return values[pick(values.length, random)] as T;
}
