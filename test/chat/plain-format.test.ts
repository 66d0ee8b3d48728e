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

  test("tells of tools, calls and results in words", async () => {
    const tools = [{ type: "function" as const, function: { name: "look_up" } }];
    const called = { name: "look_up", arguments: '{"word": "sun"}' };
    const [segment] = await prompt({
      messages: [
        ...messages,
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "1", type: "function", function: called }],
        },
        { role: "tool", content: "a star", tool_call_id: "1" },
      ],
      tools,
    });
    expect(segment?.text).toMatch(/^Be kind\.\n\nYou can call .*\n\{"name":"look_up"\}\n/);
    expect(segment?.text).toMatch(
      /### Assistant:\n\{"name": "look_up", "arguments": \{"word": "sun"\}\}\n\n### User:\nlook_up returned:\na star\n\n### Assistant:\n$/,
    );
  });
});
