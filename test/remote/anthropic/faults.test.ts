/** @file A server that speaks Anthropic's API and fails, before its answer and within it. */
import { describe, expect, test } from "vitest";
import type { AnthropicManner } from "../../support/anthropic-stub.ts";
import { messages, startInFrontOfAnthropic as start } from "../../support/anthropic-worker.ts";
import { eventually } from "../../support/eventually.ts";
import { post } from "../../support/remote-worker.ts";

const failures: [manner: AnthropicManner, status: number, code: string][] = [
  ["too long", 400, "context_length_exceeded"],
  ["busy", 429, "upstream_busy"],
  ["overloaded", 429, "upstream_busy"],
  ["fail", 502, "upstream_error"],
  ["die before", 502, "upstream_lost"],
  ["hang", 502, "upstream_silent"],
  ["garbage", 502, ""],
];

describe.each([true, false])("a server that fails (stream: %s)", (stream) => {
  test.each(failures)("that does '%s' is a %i", async (manner, status, code) => {
    const { worker, stub } = await start({ silenceMs: 300 });
    stub.manner = manner;
    const chat = await post(worker.url, "/v1/chat/completions", { model: "m", messages, stream });
    const { error } = (await chat.json()) as { error: { code: string; message: string } };
    expect([chat.status, error.code]).toEqual([status, code || error.code]);
    if (manner === "busy") expect(chat.headers.get("retry-after")).toBe("7");
    if (manner === "too long") expect(error.message).toContain("prompt is too long");
    const body = { model: "m", messages, stream, max_tokens: 9 };
    const own = await post(worker.url, "/v1/messages", body);
    const text = await own.text();
    const begins = stream && manner === "garbage"; // nobody looks into a stream before it begins
    expect(own.status).toBe(begins ? 200 : status);
    expect(JSON.parse(begins ? (text.split("data: ")[1] ?? "") : text)).toMatchObject({
      type: "error",
      error: { type: expect.any(String), message: expect.any(String) },
    });
    await eventually(async () => stub.active === 0);
  });
});

describe("a stream that breaks off", () => {
  const manners: [AnthropicManner, string][] = [
    ["die after", "broke off"],
    ["cut", "without saying that it is complete"],
    ["overloaded within", "Overloaded"],
    ["hang after", "sent nothing"],
  ];

  test.each(manners)("when it does '%s' ends in one error: %s", async (manner, said) => {
    const { worker, stub } = await start({ silenceMs: 300 });
    stub.manner = manner;
    const body = { model: "m", messages, stream: true, max_tokens: 9 };
    const chat = await (await post(worker.url, "/v1/chat/completions", body)).text();
    const [error, ...others] = chat.match(/data: \{"error".*/g) ?? [];
    expect(error).toContain(said);
    expect(others).toEqual([]);
    expect(chat).toContain('"content":"Hello"');
    expect(chat).not.toContain("[DONE]");
    const own = await (await post(worker.url, "/v1/messages", body)).text();
    const events = own.match(/^event: .*/gm);
    expect(events?.filter((event) => event === "event: error")).toHaveLength(1);
    expect(events?.at(-1)).toBe("event: error");
    expect(own).toContain(said);
    await eventually(async () => stub.active === 0);
  });

  test("is told to Anthropic's client as an error", async () => {
    const { anthropic, stub } = await start();
    stub.manner = "cut";
    const stream = anthropic.messages.stream({ model: "m", messages, max_tokens: 9 });
    await expect(stream.finalMessage()).rejects.toThrow("without saying that it is complete");
  });

  test("is left at the server when the client leaves", async () => {
    const { worker, stub } = await start();
    stub.manner = "hang after";
    for (const path of ["/v1/chat/completions", "/v1/messages"]) {
      const leaving = new AbortController();
      const response = await fetch(`${worker.url}${path}`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ model: "m", messages, stream: true, max_tokens: 9 }),
        signal: leaving.signal,
      });
      await response.body?.getReader().read();
      expect(stub.active).toBe(1);
      leaving.abort();
      await eventually(async () => stub.active === 0);
    }
  });

  test.each(["/v1/messages", "/v1/chat/completions"])(
    "ends %s with its last word, though the connection stays open",
    async (path) => {
      const { worker, stub } = await start({ silenceMs: 300 });
      stub.manner = "linger";
      const body = { model: "m", messages, stream: true, max_tokens: 9 };
      const text = await (await post(worker.url, path, body)).text();
      expect(text).toMatch(/message_stop|\[DONE\]/);
      expect(text).not.toContain("sent nothing");
      await eventually(async () => stub.active === 0);
    },
  );

  test("may be slow", async () => {
    const { openai, stub } = await start({ silenceMs: 300 });
    stub.manner = "slow";
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer.choices[0]?.message.content).toBe("Hello there");
  });
});
