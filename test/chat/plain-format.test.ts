import { describe, expect, test } from "vitest";
import { plainFormat } from "../../src/chat/plain-format.ts";
import type { ChatMessage } from "../../src/protocol/openai.ts";

const { prompt, stop } = plainFormat();
const messages: ChatMessage[] = [
  { role: "system", content: "Be kind." },
  { role: "user", content: "Hi" },
];

describe("plainFormat", () => {
  test("writes headings and leaves the assistant's open", async () => {
    expect(await prompt({ messages })).toEqual([
      { text: "Be kind.\n\n### User:\nHi\n\n### Assistant:\n", special: false },
    ]);
  });

  test("continues a last message", async () => {
    const begun: ChatMessage[] = [...messages, { role: "assistant", content: "Hel" }];
    const [segment] = await prompt({ messages: begun, continueFinalMessage: true });
    expect(segment?.text).toMatch(/### Assistant:\nHel$/);
  });

  test("stops where the model writes the next heading", () => {
    expect(stop).toEqual(["\n### User:", "\n### Assistant:"]);
  });

  test("refuses tools, which it has no place for", async () => {
    const tools = [{ type: "function" as const, function: { name: "a" } }];
    await expect(prompt({ messages, tools })).rejects.toMatchObject({
      status: 400,
      param: "tools",
    });
    const answer: ChatMessage = { role: "tool", content: "a", tool_call_id: "b" };
    await expect(prompt({ messages: [answer] })).rejects.toMatchObject({ status: 400 });
  });
});
