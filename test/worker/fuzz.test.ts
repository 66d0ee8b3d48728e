/** @file Two thousand spoiled requests over all dialects: never a 5xx, always the dialect's own error. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { uniform } from "../../src/fresh/random.ts";
import { type RunningWorker, serveWorker } from "../../src/worker/serve.ts";
import { tinyModel } from "../support/tiny-models.ts";
import { spoiled, validBodies } from "./fuzz-bodies.ts";

const requests = Number(process.env.FASTCHAT_FUZZ ?? 2000);
const seed = Number(process.env.FASTCHAT_FUZZ_SEED ?? 1);
const atOnce = 8;

let worker: RunningWorker;

beforeAll(async () => {
  worker = await serveWorker({
    modelPath: tinyModel({ architecture: "qwen2" }),
    names: ["tiny"],
    host: "127.0.0.1",
    port: 0,
    threads: 1,
    slots: 4,
    contextSize: 512,
    embedding: true,
    limitConcurrency: 1000,
  });
}, 20_000);
afterAll(() => worker?.close());

type Answered = { path: string; body: string; status: number; text: string };

async function send(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Answered> {
  const response = await fetch(`${worker.url}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body,
    signal: AbortSignal.timeout(30_000),
  });
  const text = await response.text();
  return { path, body: String(body).slice(0, 600), status: response.status, text };
}

/** Whether a failure's body is in the shape that clients of its path read. */
function isOwnError({ path, text }: Answered): boolean {
  const body = JSON.parse(text) as Record<string, unknown>;
  if (path.startsWith("/api/") && !path.startsWith("/api/v1/"))
    return typeof body.error === "string" && body.error !== "";
  const error = body.error as Record<string, unknown> | undefined;
  const says = typeof error?.message === "string" && typeof error.type === "string";
  if (path.startsWith("/v1/messages")) return body.type === "error" && says;
  return says && "param" in (error ?? {}) && "code" in (error ?? {});
}

describe("spoiled requests", () => {
  test.for(Object.entries(validBodies))("%s takes its valid bodies", async ([path, bodies]) => {
    for (const body of bodies) {
      const { status, text } = await send(path, JSON.stringify(body));
      // Ranks and holes are not this model's: it says so, in the dialect's own words.
      const isAble = !/rerank|infill/.test(path);
      expect(status, text).toBe(isAble ? 200 : 400);
    }
  });

  test(`get no 5xx and the dialect's own error, ${requests} of them`, async () => {
    const random = uniform(seed);
    const paths = Object.keys(validBodies);
    const jobs = Array.from({ length: requests }, () => {
      const path = paths[Math.floor(random() * paths.length)] ?? "";
      const bodies = validBodies[path] ?? [];
      const body = bodies[Math.floor(random() * bodies.length)] ?? {};
      return { path, body: spoiled(body, random) };
    });
    const wrong: Answered[] = [];
    const counts = new Map<number, number>();
    const work = async () => {
      for (let job = jobs.pop(); job !== undefined; job = jobs.pop()) {
        const answered = await send(job.path, job.body);
        const { status } = answered;
        counts.set(status, (counts.get(status) ?? 0) + 1);
        if (status >= 500 || (status >= 400 && !isOwnError(answered))) wrong.push(answered);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    expect(wrong.slice(0, 5)).toEqual([]);
    expect(counts.get(400) ?? 0).toBeGreaterThan(requests / 3);
    expect((Object.prototype as { polluted?: boolean }).polluted).toBeUndefined();
    const after = await send(
      "/v1/chat/completions",
      JSON.stringify(validBodies["/v1/chat/completions"]?.[0]),
    );
    expect(after.status).toBe(200);
  }, 240_000);
});
