/** @file How much Gemini is asked to think, and where its thoughts go. */
import { describe, expect, test } from "vitest";
import { startGemini } from "../../support/gemini-worker.ts";
import { post } from "../../support/remote-worker.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];
const shown = { includeThoughts: true };

describe("thoughts", () => {
  test("reach OpenAI's client, and count as completion", async () => {
    const { openai, stub } = await startGemini();
    const asked = { model: "m", messages, reasoning_effort: "low" as const };
    const answer = await openai.chat.completions.create(asked);
    expect(answer.choices[0]?.message).toMatchObject({
      reasoning_content: "Hm",
      content: "Hello there",
    });
    expect(answer.usage).toMatchObject({
      completion_tokens: 7,
      prompt_tokens_details: { cached_tokens: 3 },
      completion_tokens_details: { reasoning_tokens: 5 },
    });
    expect(stub.asked[0]?.body.generationConfig).toEqual({
      thinkingConfig: { includeThoughts: true, thinkingBudget: 1024 },
    });
  });

  test.each([
    ["gemini-2.5-flash", { reasoning_effort: "none" }, { thinkingBudget: 0 }],
    ["gemini-3-pro-preview", { reasoning_effort: "none" }, undefined],
    ["gemini-3-pro-preview", { reasoning_effort: "xhigh" }, { ...shown, thinkingLevel: "high" }],
    ["gemini-3-pro-preview", { reasoning_effort: "minimal" }, { ...shown, thinkingLevel: "low" }],
    ["gemini-2.5-flash", { thinking_budget_tokens: -1 }, { ...shown, thinkingBudget: -1 }],
    ["gemini-2.5-flash", { reasoning: { enabled: true } }, shown],
    ["gemini-2.5-flash", {}, undefined],
  ])("of %s with %j are asked for so", async (upstreamModel, fields, thinkingConfig) => {
    const { worker, stub } = await startGemini({ upstreamModel });
    const body = { model: "m", messages, ...fields };
    expect((await post(worker.url, "/v1/chat/completions", body)).status).toBe(200);
    expect(stub.asked[0]?.body.generationConfig).toEqual(
      thinkingConfig === undefined ? {} : { thinkingConfig },
    );
  });

  test("reach Anthropic's client within its budget", async () => {
    const { anthropic, stub } = await startGemini();
    const stream = anthropic.messages.stream({
      model: "m",
      messages,
      max_tokens: 4000,
      thinking: { type: "enabled", budget_tokens: 2048 },
    });
    const { content, usage } = await stream.finalMessage();
    expect(content[0]).toMatchObject({ type: "thinking", thinking: "Hm" });
    expect(content[1]).toMatchObject({ type: "text", text: "Hello there" });
    expect(usage.output_tokens).toBe(7);
    expect(stub.asked.at(-1)?.body.generationConfig).toMatchObject({
      thinkingConfig: { includeThoughts: true, thinkingBudget: 2048 },
    });
  });
});
