/**
 * @file A model with random weights under each of the grammar room's schemas: it knows nothing, so
 * whatever it writes, the grammar alone keeps it in form.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { schemaGrammar } from "../../src/grammar/schema/json-schema.ts";
import { samplingDefaults } from "../../src/llama/sampler.ts";
import { schemas } from "../grammar/schemas.ts";
import { flaw, validatorOf } from "../grammar/validator.ts";
import { collect, startTinyEngine, toGeneration } from "../support/tiny-engine.ts";
import { tinyModel } from "../support/tiny-models.ts";

/** What closes a text, a list, an object is liked more, or chance would never come to an end. */
const liked: [text: string, bias: number][] = [
  ['"', 9],
  ["]", 7],
  ["}", 7],
  ["@", 7],
  [".", 6],
];

describe("structured output", () => {
  let engine: Engine;
  let endings: [number, number][];
  beforeAll(async () => {
    const modelPath = tinyModel({ architecture: "qwen2", contextLength: 4096 });
    engine = await startTinyEngine(modelPath, { contextSize: 4096, slots: 8 });
    endings = liked.flatMap(([text, bias]) => biased(text, bias));
  });
  afterAll(() => engine.close());

  function biased(text: string, bias: number): [number, number][] {
    return engine.vocab.tokenize(text, false).map((token) => [token, bias]);
  }

  /** Chance alone would hardly come upon a word that has to stand in a text, and then end there. */
  function wordsOf(schema: unknown): [number, number][] {
    const patterns = JSON.stringify(schema).matchAll(/"pattern":"([^"]*)"/g);
    return [...patterns].flatMap(([, pattern = ""]) =>
      [...pattern.replace(/\\[a-zA-Z]|[\^$.*+?|(){}]/g, ""), '"'].flatMap((letter) =>
        biased(letter, 12),
      ),
    );
  }

  async function written(schema: unknown, seed: number): Promise<string | null> {
    const logitBias = [...new Map([...endings, ...wordsOf(schema)])];
    const sampling = { ...samplingDefaults, topK: 0, topP: 1, minP: 0, temperature: 2, seed };
    const generation = toGeneration(engine, "Answer in JSON.", {
      grammar: { gbnf: schemaGrammar(schema, "schema"), param: "schema" },
      sampling: { ...sampling, logitBias },
      ignoreEnd: false,
      maxTokens: 1000,
    });
    const { texts, finishes } = await collect(engine, generation);
    return finishes[0]?.reason === "stop" ? (texts[0] ?? "") : null;
  }

  /** Chance may ramble: then it begins anew. What it ends is never thrown away. */
  async function ended(schema: unknown, seed: number): Promise<string> {
    for (let attempt = 0; attempt < 12; attempt++) {
      const text = await written(schema, seed + attempt * 1000);
      if (text !== null) return text;
    }
    return "it has no end";
  }

  test(`is valid under each of ${schemas.length} schemas`, async () => {
    expect(schemas.length).toBeGreaterThanOrEqual(200);
    const flaws: string[] = [];
    const jobs = [...schemas.entries()];
    const work = async () => {
      for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
        const [seed, [name, schema]] = job;
        const text = await ended(schema, seed);
        const wrong = flaw(validatorOf(schema), text);
        if (wrong !== undefined) flaws.push(`${name}: ${wrong.slice(0, 300)}`);
      }
    };
    await Promise.all(Array.from({ length: 8 }, work));
    expect(flaws).toEqual([]);
  }, 120_000);
});
