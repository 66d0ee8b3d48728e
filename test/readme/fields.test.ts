/**
 * @file The README's table of endpoints and fields: each field that a schema has is sent to a real
 * worker, and stands where the answer puts it.
 */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { z } from "zod";
import { qwenCoderFamily } from "../../src/fresh/families.ts";
import { EffectlessFields } from "../../src/protocol/openai.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { type Probe, probes } from "./field-probes.ts";
import { sampledValue } from "./sampled-value.ts";
import { readmeSection, unaligned } from "./section.ts";

type Standing = { works: string[]; effectless: string[]; refused: string[] };

const workers: Record<Probe["model"], RunningWorker | undefined> = {
  chat: undefined,
  rank: undefined,
};
const effectless = new Set<z.core.$ZodType>(Object.values(EffectlessFields));
const common = { host: "127.0.0.1", port: 0, threads: 1, slots: 2 };

beforeAll(async () => {
  workers.chat = await serveWorker({
    ...common,
    modelPath: tinyModel({ architecture: "qwen2", family: qwenCoderFamily(), contextLength: 2048 }),
    names: ["chat"],
    embedding: true,
  });
  workers.rank = await serveWorker({
    ...common,
    modelPath: tinyModel({ architecture: "bert", pooling: "rank", contextLength: 512 }),
    names: ["rank"],
  });
}, 30_000);
afterAll(async () => {
  for (const worker of Object.values(workers)) await worker?.close();
});

async function send(probe: Probe, body: object): Promise<{ status: number; text: string }> {
  const response = await fetch(`${workers[probe.model]?.url}${probe.path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return { status: response.status, text: await response.text() };
}

async function probedValue(probe: Probe, field: string, schema: z.core.$ZodType): Promise<unknown> {
  const ask = async (body: object) => JSON.parse((await send(probe, body)).text);
  const asked = await probe.asked?.[field]?.(ask);
  return asked ?? probe.values[field] ?? probe.base[field] ?? sampledValue(schema);
}

/** Sends each field in turn. A refusal must name the field, or what the model cannot do. */
async function standingOf(probe: Probe): Promise<Standing> {
  const standing: Standing = { works: [], effectless: [], refused: [] };
  for (const [field, schema] of Object.entries(probe.schema.shape)) {
    const value = await probedValue(probe, field, schema);
    const body = { ...probe.base, ...probe.beside?.[field], [field]: value };
    const { status, text } = await send(probe, body);
    expect([200, 400], `${probe.path} ${field}: ${text}`).toContain(status);
    const named = new RegExp(`${field}|reads text alone`);
    if (status === 400) expect(text, `${probe.path} ${field}`).toMatch(named);
    if (status === 400) standing.refused.push(field);
    else (effectless.has(schema) ? standing.effectless : standing.works).push(field);
  }
  return standing;
}

const list = (fields: readonly string[]) => fields.map((field) => `\`${field}\``).join(" ");

describe("the README", () => {
  test("says of each endpoint which fields work", async () => {
    const rows: string[] = [];
    for (const probe of probes) {
      const { works, effectless, refused } = await standingOf(probe);
      rows.push(`| \`${probe.path}\` | ${list(works)} | ${list(effectless)} | ${list(refused)} |`);
    }
    const table = [
      "| endpoint | works | taken, changes no answer | refused by name |",
      "| --- | --- | --- | --- |",
      ...rows,
      "",
    ].join("\n");
    expect(unaligned(readmeSection("fields", table))).toBe(unaligned(table));
  }, 60_000);
});
