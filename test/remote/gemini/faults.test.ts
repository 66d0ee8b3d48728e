/** @file Gemini's API refuses, fails and breaks off: one clear error each, and nothing is left open. */
import { APIError } from "openai";
import { describe, expect, test } from "vitest";
import { serveRemoteWorker } from "../../../src/worker/serve-remote.ts";
import { eventually } from "../../support/eventually.ts";
import { type GeminiManner, geminiKey, serveGemini } from "../../support/gemini-stub.ts";
import { startGemini } from "../../support/gemini-worker.ts";
import { post, remoteModel } from "../../support/remote-worker.ts";
import { keep } from "../../support/started.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];
const ask = { model: "m", messages };

const refusals: [GeminiManner, number, string, RegExp][] = [
  ["busy", 429, "upstream_busy", /exceeded your current quota/],
  ["bad key", 502, "upstream_unauthorized", /refuses our key\.$/],
  ["too long", 400, "context_length_exceeded", /is 1048576 tokens.* 1100000 tokens/],
  ["fail", 502, "upstream_error", /failed \(503\): The model is overloaded/],
  ["die before", 502, "upstream_lost", /broke off the connection/],
  ["hang", 502, "upstream_silent", /sent nothing for/],
  ["garbage", 502, "upstream_error", /not JSON/],
  ["endless", 502, "upstream_error", /without an end|not JSON/],
];

describe.each([true, false])("before the first piece (upstream streams: %s)", (streams) => {
  test.each(refusals)("'%s' is answered with %i %s", async (manner, status, code, sentence) => {
    const { worker, stub } = await startGemini({ streams, silenceMs: 300 });
    stub.manner = manner;
    for (const stream of [false, true]) {
      const response = await post(worker.url, "/v1/chat/completions", { ...ask, stream });
      expect(response.status).toBe(status);
      const { error } = (await response.json()) as { error: { code: string; message: string } };
      expect(error.code).toBe(code);
      expect(error.message).toMatch(sentence);
      expect(error.message).not.toContain(geminiKey);
      if (manner === "busy") expect(response.headers.get("retry-after")).toBe("34");
    }
    await eventually(() => stub.active === 0);
  });
});

const losses: [GeminiManner, RegExp][] = [
  ["die after", /broke off the connection/],
  ["cut", /without saying that it is complete/],
  ["hang after", /sent nothing for/],
  ["fail within", /is busy: Quota exceeded/],
  ["fail within, bare", /is busy: Quota exceeded/],
];

describe("within an answer", () => {
  test.each(losses)("'%s' ends a stream with an error", async (manner, sentence) => {
    const { openai, stub } = await startGemini({ silenceMs: 300 });
    stub.manner = manner;
    const pieces: string[] = [];
    const reading = (async () => {
      const stream = await openai.chat.completions.create({ ...ask, stream: true });
      for await (const { choices } of stream) pieces.push(choices[0]?.delta.content ?? "");
    })();
    await expect(reading).rejects.toThrow(sentence);
    await expect(reading).rejects.toBeInstanceOf(APIError);
    expect(pieces.join("")).toBe("Hello");
    await eventually(() => stub.active === 0);
  });

  test.each(losses)("'%s' leaves no half answer for a whole one", async (manner, sentence) => {
    const { openai, stub } = await startGemini({ silenceMs: 300 });
    stub.manner = manner;
    await expect(openai.chat.completions.create(ask)).rejects.toThrow(sentence);
    await eventually(() => stub.active === 0);
  });

  test("a call that went wrong there is an error here", async () => {
    const { openai } = await startGemini();
    const content = "end:MALFORMED_FUNCTION_CALL";
    const asked = { model: "m", messages: [{ role: "user" as const, content }] };
    await expect(openai.chat.completions.create(asked)).rejects.toThrow(
      "gave up its answer (MALFORMED_FUNCTION_CALL: It was MALFORMED_FUNCTION_CALL).",
    );
  });

  test("a client that leaves takes the request at Gemini with it", async () => {
    const { worker, stub } = await startGemini();
    stub.manner = "hang after";
    const leaving = new AbortController();
    const response = await fetch(`${worker.url}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ ...ask, stream: true }),
      signal: leaving.signal,
    });
    await response.body?.getReader().read();
    expect(stub.active).toBe(1);
    leaving.abort();
    await eventually(() => stub.active === 0);
  });

  test("the next answer is well again", async () => {
    const { openai, stub } = await startGemini();
    stub.manner = "die after";
    await expect(openai.chat.completions.create(ask)).rejects.toThrow();
    stub.manner = "well";
    const answer = await openai.chat.completions.create(ask);
    expect(answer.choices[0]?.message.content).toBe("Hello there");
  });
});

test("a worker with a wrong key says so, and serves nothing", async () => {
  const stub = keep(await serveGemini());
  const lines: string[] = [];
  const settings = { backend: "gemini" as const, apiKey: "wrong", names: ["m"] };
  keep(
    await serveRemoteWorker({
      models: [remoteModel(stub, settings)],
      host: "127.0.0.1",
      port: 0,
      log: (line) => lines.push(line),
    }),
  );
  await eventually(() => lines.some((line) => line.includes("refuses our key")));
  expect(lines.join("\n")).not.toContain("wrong");
});
