/**
 * @file Schemas, grammars and fields that are made to hurt (reliability.md §6.5): each is answered
 * in time, in OpenAI's words or with a valid answer, and the worker goes on for everybody else.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";

/** What nothing may exceed. */
const limitMs = 2000;

let worker: RunningWorker;
beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2", contextLength: 4096 }),
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
  });
}, 20_000);
afterAll(() => worker?.close());

const schemaOf = (schema: unknown) => ({
  response_format: { type: "json_schema", json_schema: { name: "x", schema } },
});
const numbered = (count: number, value: (i: number) => unknown) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key_number_${i}`, value(i)]));
const nested = (depth: number): object =>
  depth === 0 ? { type: "string" } : { type: "object", properties: { a: nested(depth - 1) } };
const bomb = (levels: number) => ({
  $ref: "#/$defs/level0",
  $defs: Object.fromEntries(
    Array.from({ length: levels }, (_, i) => [
      `level${i}`,
      i === levels - 1
        ? { type: "boolean" }
        : { type: "array", items: { anyOf: [next(i), next(i)] }, maxItems: 2 },
    ]),
  ),
});
const next = (i: number) => ({ $ref: `#/$defs/level${i + 1}` });
const product = {
  allOf: Array.from({ length: 8 }, (_, i) => ({
    anyOf: Array.from({ length: 8 }, (__, k) => ({ properties: { [`p${i}_${k}`]: { const: k } } })),
  })),
};

const beyond: [name: string, more: object][] = [
  ["an enum of 1 001", schemaOf({ enum: Array.from({ length: 1001 }, (_, i) => i) })],
  ["an enum of 20 000", schemaOf({ enum: Array.from({ length: 20_000 }, (_, i) => `v${i}`) })],
  ["an enum of 200 000", schemaOf({ enum: Array.from({ length: 200_000 }, (_, i) => `v${i}`) })],
  ["11 levels", schemaOf(nested(11))],
  ["5 001 properties", schemaOf({ type: "object", properties: numbered(5001, () => true) })],
  ["a remote reference", schemaOf({ $ref: "https://example.org/schema.json" })],
  ["an unknown type", schemaOf({ type: "x" })],
  ["a million items", schemaOf({ type: "array", minItems: 1_000_000 })],
  ["a look-ahead", schemaOf({ type: "string", pattern: "(?=a)a" })],
  ["a pattern of 10 kB", schemaOf({ type: "string", pattern: "a?".repeat(5000) })],
  ["a broken pattern", schemaOf({ type: "string", pattern: "(a" })],
  ["left recursion", { grammar: 'root ::= root "a" | "b"' }],
  ["an endless rule", { grammar: "root ::= a\na ::= b\nb ::= a" }],
  ["100 000 parentheses", { grammar: `root ::= ${"(".repeat(100_000)}"a"${")".repeat(100_000)}` }],
  ["a text without an end", { grammar: 'root ::= "a' }],
  ["no rule at all", { grammar: "# nothing" }],
  ["a rule that is not there", { grammar: "root ::= other" }],
  ["a million repetitions", { grammar: 'root ::= "a"{1,1000000}' }],
  ["a broken regular expression", { guided_regex: "[z-a]" }],
  ["a hundred thousand biases", { logit_bias: numbered(100_000, () => 1) }],
  ["129 tools", { tools: Array.from({ length: 129 }, () => ({ type: "function" })) }],
  ["n of a million", { n: 1_000_000 }],
  ["a stop string of 1 MB", { stop: "x".repeat(1 << 20) }],
];

const within: [name: string, more: object][] = [
  ["a schema that refers to itself", schemaOf({ $ref: "#" })],
  ["a bomb of references", schemaOf(bomb(9))],
  ["a product of alternatives", schemaOf(product)],
  ["a maximum of 10^8", schemaOf({ type: "string", maxLength: 100_000_000 })],
  ["prototype keys", schemaOf({ type: "object", properties: { constructor: { const: 1 } } })],
  ["a pattern that backtracks", schemaOf({ type: "string", pattern: "^(a+)+$" })],
  ["1 000 values", schemaOf({ enum: Array.from({ length: 1000 }, (_, i) => `value ${i}`) })],
  ["nullable loops", { grammar: 'root ::= ("a"* "b"*)* "c"' }],
  ["counts of counts", { grammar: 'root ::= (("a" "b"?){0,1999}){0,1999}' }],
  ["ambiguity", { grammar: 'root ::= "a" root "b" | "a" root "c" | "a"' }],
  ["19 000 rules", { grammar: `root ::= "x"\n${rules(19_000)}` }],
  ["1 000 choices", { guided_choice: Array.from({ length: 1000 }, (_, i) => `choice ${i}`) }],
];

function rules(count: number): string {
  return Array.from({ length: count }, (_, i) => `r${i} ::= "a" r${(i + 1) % count}`).join("\n");
}

type Answered = { status: number; error: Record<string, unknown> | undefined; ms: number };

async function ask(more: object): Promise<Answered> {
  const messages = [{ role: "user", content: "Hi" }];
  const body = JSON.stringify({ model: "tiny", messages, max_tokens: 30, ...more });
  const begin = performance.now();
  const response = await fetch(`${worker.url}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
  });
  const { error } = (await response.json()) as { error?: Record<string, unknown> };
  return { status: response.status, error, ms: performance.now() - begin };
}

/** How long the worker leaves others waiting while something goes on, at worst. */
async function longestSilence(work: Promise<unknown>): Promise<number> {
  let longest = 0;
  let isDone = false;
  void work.finally(() => {
    isDone = true;
  });
  while (!isDone) {
    const begin = performance.now();
    await fetch(`${worker.url}/health`);
    longest = Math.max(longest, performance.now() - begin);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return longest;
}

describe("a hostile request", () => {
  test.for(beyond)("with %s is refused in time, by name", async ([, more]) => {
    const asked = ask(more);
    const silence = await longestSilence(asked);
    const { status, error, ms } = await asked;
    expect(status).toBe(400);
    expect(error?.type).toBe("invalid_request_error");
    expect(typeof error?.param).toBe("string");
    expect(String(error?.message).length).toBeLessThan(600);
    expect(Math.max(ms, silence)).toBeLessThan(limitMs);
  });

  test.for(within)("with %s is answered or refused, and blocks nobody", async ([, more]) => {
    const asked = ask(more);
    const other = ask({ max_tokens: 2 });
    const silence = await longestSilence(asked);
    expect([200, 400]).toContain((await asked).status);
    expect(silence).toBeLessThan(limitMs);
    const patient = await other;
    expect(patient.status).toBe(200);
    expect(patient.ms).toBeLessThan(limitMs);
  });

  test("leaves the worker as it was", async () => {
    expect((await ask({})).status).toBe(200);
  });
});
