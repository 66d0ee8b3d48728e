import { describe, expect, test } from "vitest";
import { promptBeginnings } from "../../src/api/prompt-beginnings.ts";
import { ChatMessage } from "../../src/protocol/openai.ts";
import { conversationPrefixes, promptPrefixes } from "../../src/protocol/prefix.ts";

/** As the worker hashes it. */
const conversation = conversationPrefixes(
  "m",
  [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Where is it warm?" },
    { role: "assistant", content: "In Rome." },
    { role: "user", content: "And now?" },
  ].map((message) => ChatMessage.parse(message)),
);
const turns = [
  { role: "user", content: "Where is it warm?" },
  { role: "assistant", content: "In Rome." },
  { role: "user", content: "And now?" },
];
const system = { role: "system", content: "Be brief." };
const hashes = (path: string, body: object) =>
  promptBeginnings(path, "m", { model: "m", ...body }).map(({ hash }) => hash);

describe("promptBeginnings", () => {
  test.for<[string, object]>([
    ["/v1/chat/completions", { messages: [system, ...turns] }],
    ["/v1/messages", { max_tokens: 1, system: "Be brief.", messages: turns }],
    [
      "/v1/messages",
      { max_tokens: 1, system: [{ type: "text", text: "Be brief." }], messages: turns },
    ],
    ["/v1/responses", { instructions: "Be brief.", input: turns }],
    ["/api/chat", { messages: [system, ...turns] }],
  ])("are the worker's own for a conversation at %s", ([path, body]) => {
    expect(hashes(path, body)).toEqual(conversation);
  });

  test("are those of a prompt's one message at /api/generate, or of its text where it is raw", () => {
    const system = "Be brief.";
    const prompt = "Where is it warm?";
    expect(hashes("/api/generate", { system, prompt })).toEqual(conversation.slice(0, 2));
    const text = "word ".repeat(500);
    expect(hashes("/api/generate", { prompt: text, raw: true })).toEqual(promptPrefixes("m", text));
  });

  test("tell how many tokens they have, more and more", () => {
    const found = promptBeginnings("/api/chat", "m", { model: "m", messages: turns });
    const tokens = found.map((beginning) => beginning.tokens);
    expect(tokens).toHaveLength(3);
    expect(tokens).toEqual([...tokens].sort((a, b) => a - b));
  });

  test("are none where the body is not understood", () => {
    expect(hashes("/v1/messages", { messages: turns })).toEqual([]); // no max_tokens
    expect(hashes("/v1/chat/completions", { messages: [{ role: "nobody" }] })).toEqual([]);
    expect(hashes("/tokenize", { content: "x" })).toEqual([]);
  });
});
