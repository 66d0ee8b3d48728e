/** @file What of a request Gemini is told, and what it cannot be. */
import { describe, expect, test } from "vitest";
import { startGemini } from "../../support/gemini-worker.ts";
import { post } from "../../support/remote-worker.ts";

const messages = [{ role: "user" as const, content: "Say hello" }];

describe("a request", () => {
  test("tells all that Gemini has a name for", async () => {
    const { worker, stub } = await startGemini({
      extraBody: { generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" } },
    });
    const response = await post(worker.url, "/v1/chat/completions", {
      model: "m",
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "One." },
        { role: "user", content: "Two." },
        { role: "developer", content: "Be kind." },
      ],
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      max_completion_tokens: 50,
      stop: ["there", "b", "c", "d", "e"],
      seed: 7,
      presence_penalty: 0.1,
      frequency_penalty: 0.2,
      logit_bias: {},
    });
    const { choices } = (await response.json()) as { choices: { message: { content: string } }[] };
    expect(choices[0]?.message.content).toBe("Hello");
    expect(stub.asked[0]?.body).toMatchObject({
      systemInstruction: { parts: [{ text: "Be brief." }, { text: "Be kind." }] },
      contents: [{ role: "user", parts: [{ text: "One." }, { text: "Two." }] }],
      generationConfig: {
        temperature: 0.5,
        topP: 0.9,
        topK: 40,
        maxOutputTokens: 50,
        stopSequences: ["there", "b", "c", "d", "e"],
        seed: 7,
        presencePenalty: 0.1,
        frequencyPenalty: 0.2,
        mediaResolution: "MEDIA_RESOLUTION_LOW",
      },
    });
    expect(stub.asked[0]?.body.safetySettings).toHaveLength(4);
  });

  test("gets JSON of a schema", async () => {
    const { openai, stub } = await startGemini();
    const schema = { type: "object", properties: { greeting: { type: "string" } } };
    const answer = await openai.chat.completions.create({
      model: "m",
      messages,
      response_format: { type: "json_schema", json_schema: { name: "g", schema } },
    });
    expect(JSON.parse(answer.choices[0]?.message.content ?? "")).toEqual({ greeting: "Hello" });
    expect(stub.asked[0]?.body.generationConfig).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: schema,
    });
  });

  test.each([
    [{ stop: ["a", "b", "c", "d", "e", "f"] }, "stop"],
    [{ logit_bias: { 5: 1 } }, "logit_bias"],
    [{ grammar: 'root ::= "a"' }, "grammar"],
    [{ guided_regex: "a+" }, "guided_regex"],
    [{ structured_outputs: { choice: ["a"] } }, "structured_outputs.choice"],
  ])("is told that %j cannot be", async (fields, param) => {
    const { worker, stub } = await startGemini();
    const body = { model: "m", messages, ...fields };
    const response = await post(worker.url, "/v1/chat/completions", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { param } });
    expect(stub.asked).toEqual([]);
  });

  test("is told which result belongs to no call", async () => {
    const { worker } = await startGemini();
    const response = await post(worker.url, "/v1/chat/completions", {
      model: "m",
      messages: [...messages, { role: "tool", tool_call_id: "x", content: "1" }],
    });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { param: "messages[1].tool_call_id" },
    });
  });
});
