/** @file Answers of Gemini's own API as OpenAI's official client reads them. */
import { describe, expect, test } from "vitest";
import { geminiKey } from "../../support/gemini-stub.ts";
import { startGemini } from "../../support/gemini-worker.ts";
import { png, pngUrl } from "../../support/pictures.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];

describe("OpenAI's client", () => {
  test.each([true, false])("reads a whole answer (upstream streams: %s)", async (streams) => {
    const { openai, stub } = await startGemini({ streams });
    const answer = await openai.chat.completions.create({ model: "m", messages });
    expect(answer.choices[0]).toMatchObject({
      message: { content: "Hello there" },
      finish_reason: "stop",
    });
    expect(answer.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 2 });
    const path = streams ? "streamGenerateContent?alt=sse" : "generateContent";
    expect(stub.asked[0]?.path).toBe(`/v1beta/models/gemini-2.5-flash:${path}`);
    expect(stub.headers["x-goog-api-key"]).toBe(geminiKey);
    expect(stub.headers.authorization).toBeUndefined();
  });

  test("reads a stream as it comes", async () => {
    const { openai, stub } = await startGemini();
    stub.manner = "slow";
    const stream = await openai.chat.completions.create({
      model: "m",
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const [pieces, ends, usages]: [string[], string[], number[]] = [[], [], []];
    for await (const { choices, usage } of stream) {
      if (choices[0]?.delta.content) pieces.push(choices[0].delta.content);
      if (choices[0]?.finish_reason) ends.push(choices[0].finish_reason);
      if (usage) usages.push(usage.total_tokens);
    }
    expect([pieces, ends, usages]).toEqual([["Hello", " there"], ["stop"], [11]]);
  });

  test("shows pictures", async () => {
    const { openai } = await startGemini();
    const content = [
      { type: "text" as const, text: "What is this?" },
      { type: "image_url" as const, image_url: { url: pngUrl } },
    ];
    const asked = { model: "m", messages: [{ role: "user" as const, content }] };
    const answer = await openai.chat.completions.create(asked);
    expect(answer.choices[0]?.message.content).toBe(`image/png of ${png.length}`);
  });

  test("gets two choices, and the usage once", async () => {
    const { openai } = await startGemini();
    const answer = await openai.chat.completions.create({ model: "m", messages, n: 2 });
    expect(answer.choices.map(({ message }) => message.content)).toEqual([
      "Hello there",
      "Hello there",
    ]);
    expect(answer.usage?.completion_tokens).toBe(2);
  });

  test("gets log-probabilities", async () => {
    const { openai } = await startGemini();
    const asked = { model: "m", messages, logprobs: true, top_logprobs: 2 };
    const [choice] = (await openai.chat.completions.create(asked)).choices;
    const told = choice?.logprobs?.content ?? [];
    expect(told.map(({ token, logprob }) => [token, logprob])).toEqual([
      ["Hello", -0.1],
      [" there", -0.1],
    ]);
    expect(told[0]?.top_logprobs.map(({ token }) => token)).toEqual(["Hello", "Hi"]);
  });

  test.each([
    ["end:SAFETY", "content_filter"],
    ["end:RECITATION", "content_filter"],
    ["end:MAX_TOKENS", "length"],
    ["end:SOMETHING_NEW", "stop"],
  ])("learns from '%s' that it was %s", async (content, reason) => {
    const { openai } = await startGemini();
    const asked = { model: "m", messages: [{ role: "user" as const, content }] };
    const [choice] = (await openai.chat.completions.create(asked)).choices;
    expect([choice?.message.content, choice?.finish_reason]).toEqual(["Hel", reason]);
  });

  test("learns that its prompt was blocked", async () => {
    const { openai } = await startGemini();
    const asked = {
      model: "m",
      messages: [{ role: "user" as const, content: "forbidden" }],
      n: 2,
    };
    const answer = await openai.chat.completions.create(asked);
    const ends = answer.choices.map((choice) => [choice.message.content, choice.finish_reason]);
    expect(ends).toEqual([
      ["", "content_filter"],
      ["", "content_filter"],
    ]);
    expect(answer.usage).toMatchObject({ prompt_tokens: 9, completion_tokens: 0 });
  });
});
